"""Make the record of a decision, and make the decision of a record again."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.assess.retrace import Answers, Retraced, answers_of, feeds
from rules.facts.issue import Issue
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook, RulebookError
from rules.text_model.model import shipped
from rules.text_model.team.model import TeamModel
from worker.rulebooks.fingerprint import release
from worker.settings.settings import Project
from worker.triage.decision_log.issue_json import decode, encode, hidden, masked

FORMAT = 1

Row = dict[str, Any]
"""A record as JSON."""


class CannotReplay(ValueError):
    """A record can't be judged again; the message says why, in one line."""


@dataclass(frozen=True)
class Replayed:
    """A decision that was made again: `by` says from what; `differs` has (was, is) by part."""

    key: str
    by: str
    decision: Mapping[str, Any]
    differs: Mapping[str, tuple[Any, Any]]


def record(
    project: Project,
    issue: Issue,
    found: Assessment,
    now: datetime,
    *,
    status: str = "",
    mask: Collection[str] = (),
) -> Row:
    """Return the record of an assessment of `issue`, with the masked fields left out."""
    book = judged_by(project)
    names = hidden(mask)
    answers = encode_answers(answers_of(found, book, project.team, now), names)
    return {
        "format": FORMAT,
        "sluice": release(),
        "at": now.isoformat(),
        "site": project.site,
        "project": project.key,
        "issue": masked_key(issue),
        "status": status,
        "language": project.language,
        "book": {"name": book.name, "digest": book.digest, "edges": list(project.edges)},
        "team": found.team,
        "models": found.model,
        "masked": sorted(names),
        "facts": encode(masked(issue, mask)),
        "answers": answers,
        "decision": decision_of(found, names),
    }


def masked_key(issue: Issue) -> dict[str, str]:
    """Return id and key of an issue, which are no text and are never masked."""
    return {"id": issue.id, "key": issue.key}


def judged_by(project: Project) -> Rulebook:
    """Return the rulebook as the judge of a project has it."""
    return project.book.live().with_edges(project.edges)


def encode_answers(answers: Answers, names: Collection[str]) -> Row:
    """Return the answers as JSON, without masked values that feed a measure."""
    fed = {name: value for name, value in answers.fed.items() if name not in names}
    return {
        **asdict(answers),
        "fired": {stage: list(ids) for stage, ids in answers.fired.items()},
        "fed": encode(fed),
    }


def _answers(raw: Row) -> Answers:
    given = {**raw, "fed": decode(raw["fed"])}
    for name in ("retired", "heard"):
        given[name] = tuple(given[name])
    given["fired"] = {stage: tuple(ids) for stage, ids in raw["fired"].items()}
    return Answers(**given)


def decision_of(found: Assessment, names: Collection[str] = ()) -> Row:
    """Return what was decided, as JSON: no part of it repeats a text of the issue."""
    decision, asks = found.decision, found.decision.asks
    raw = {
        "class": found.classification.kind,
        "confidence": found.classification.confidence,
        "source": found.classification.source,
        "score": found.score,
        "rules_score": found.scored.value,
        "verdict": decision.verdict,
        "priority": decision.priority,
        "quadrant": found.quadrant,
        "proposed": asdict(found.proposed),
        "measures": found.measures,
        "rules": [[one.rule, one.effect, one.points] for one in found.firings],
        "because": [one.rule for one in decision.because],
        "asks": asdict(asks),
        "operations": found.operations,
    }
    plain: Row = json.loads(json.dumps(raw, default=_listed))
    return plain


def _listed(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def replay(
    row: Row,
    book_of: Callable[[str], str],
    team_of: Callable[[str], TeamModel],
    *,
    from_answers: bool = False,
) -> Replayed:
    """Judge a record again. Raise CannotReplay.

    `book_of` and `team_of` give the source of a rulebook and a team's model by digest. Where texts
    are masked, or judged by models of another version, the decision is made from the answers.
    """
    try:
        return _replay(row, book_of, team_of, from_answers)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, CannotReplay):
            raise
        raise CannotReplay(f"this is no record of a decision: {error!r}") from None


def _replay(
    row: Row,
    book_of: Callable[[str], str],
    team_of: Callable[[str], TeamModel],
    from_answers: bool,
) -> Replayed:
    if row["format"] != FORMAT:
        raise CannotReplay(f"format {row['format']} is of another version: use Sluice {FORMAT}")
    book, issue = _book(row, book_of), decode(row["facts"])
    now, names = datetime.fromisoformat(row["at"]), row["masked"]
    if names or from_answers:
        found = _from_answers(row, book, issue, now)
        by = f"answers, since {', '.join(names)} are masked" if names else "answers"
    else:
        team = team_of(row["team"]) if row["team"] else None
        judge = Judge(book, row["language"], shipped(), team=team)
        found, by = judge.assess(issue, now), "facts"
        judge.close()
        if found.model != row["models"]:
            by = f"facts, by the models of this version ({row['sluice']} decided)"
    now_is = decision_of(found)
    return Replayed(row["issue"]["key"], by, now_is, _differing(row["decision"], now_is))


def _from_answers(row: Row, book: Rulebook, issue: Issue, now: datetime) -> Assessment:
    if unknown := sorted(feeds(book).intersection(row["masked"])):
        raise CannotReplay(f"the score counts {', '.join(unknown)}, and the record masks it")
    judge = Retraced(book, row["language"], _answers(row["answers"]), shipped())
    try:
        return judge.assess(issue, now)
    finally:
        judge.close()


def _book(row: Row, book_of: Callable[[str], str]) -> Rulebook:
    digest = row["book"]["digest"]
    try:
        book = parse_book(book_of(digest).encode(), f"{row['book']['name']}@{digest}").live()
    except RulebookError as error:
        message = f"this version of Sluice can't read the rulebook: {error.problems[0]}"
        raise CannotReplay(message) from None
    if book.digest != digest:
        raise CannotReplay(f"the rulebook beside the log is @{book.digest}, not @{digest}")
    return book.with_edges(row["book"]["edges"])


def _differing(was: Row, now: Row) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys([*was, *now])
    return {n: (was.get(n), now.get(n)) for n in names if was.get(n) != now.get(n)}
