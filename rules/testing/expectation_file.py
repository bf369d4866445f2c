"""Read files of expectations: JSON Lines in three forms, which one file may mix.

- A relation: `kind` or `chapter`, `expect`, `issue`, and `against` where `expect` compares.
- A scenario: an issue with `cls` (classes joined by |), `gates` (verdicts joined by spaces) and
  `band` (letters: H for High or Highest, M for Medium, L for Low or Lowest).
- Paraphrases: issues with the keys "g01.1", "g01.2" and so on. Each is compared with the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rules.facts.issue import Issue
from rules.facts.jira_json.rows import as_row
from rules.facts.jsonl import RowError, each_object, no_issue
from rules.problem import nearest
from rules.rulebook.rulebook import Rulebook
from rules.testing.expectations import ALONE, COMPARED, Expect, Expectation
from rules.testing.run_examples import issue_of
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.verdicts import VERDICTS

_Row = Mapping[str, Any]

BANDS = {"H": "High|Highest", "M": "Medium", "L": "Low|Lowest"}
_SCENARIO = ("cls", "gates", "band")
_NO_FIELDS = {"kind", "chapter", "lang", "expect", "against", "issue", *_SCENARIO}
_PARAPHRASE = re.compile(r"(.+)\.\d+")
_NAMES = {"class": ALL_KINDS, "gate": VERDICTS}


def read_expectations(path: Path, book: Rulebook) -> Iterator[Expectation | RowError]:
    """Yield the expectations of a file, with a RowError in place of each malformed row."""
    reader = _Reader(str(path), book)
    with path.open("rb") as lines:
        for place, row in each_object(lines, str(path)):
            if isinstance(row, RowError):
                yield row
                continue
            try:
                yield from reader.read(row, place)
            except _Malformed as error:
                yield RowError(f"{place}: {error}")
    for group, place in reader.lonely.items():
        yield RowError(f'{place}: "{group}" has one row: add another with the key "{group}.2"')


class _Malformed(ValueError):
    """A row holds no expectation. The message says what is wrong and what to do."""


@dataclass
class _Reader:
    """Read the rows of one file.

    Of each group of paraphrases, `first` is the first issue, and `lonely` its place until a second
    one is read.
    """

    file: str
    book: Rulebook
    first: dict[str, Issue] = field(default_factory=dict)
    lonely: dict[str, str] = field(default_factory=dict)

    def read(self, row: _Row, place: str) -> Iterator[Expectation]:
        """Yield the expectation of a row; none for the first of a group of paraphrases."""
        issue = self._issue(_issue_in(row), "issue")
        expects: tuple[Expect, ...]
        against: Issue | None = None
        if "expect" in row:
            group, expects = _group(row), (_expect(row["expect"]),)
            against = self._against(row, expects[0])
        elif any(name in row for name in _SCENARIO):
            group, expects = _group(row, "scenarios"), _scenario(row)
        else:
            group, expects = _group(row, "paraphrases"), (Expect("alike"),)
            stem = _stem(row)
            if (against := self.first.get(stem)) is None:
                self.first[stem], self.lonely[stem] = issue, place
                return
            self.lonely.pop(stem, None)
        yield Expectation(self.file, place, group, _text(row, "lang"), expects, issue, against)

    def _against(self, row: _Row, expect: Expect) -> Issue | None:
        if expect.word in COMPARED and "against" not in row:
            raise _Malformed(f'"{expect}" compares two issues: write the other under "against"')
        if expect.word in ALONE and "against" in row:
            raise _Malformed(f'"{expect}" is about one issue: remove "against"')
        return self._issue(row["against"], "against") if "against" in row else None

    def _issue(self, given: object, name: str) -> Issue:
        """Return an issue, also one in Jira's JSON; its type is Task unless it says another."""
        given = as_row(given) if isinstance(given, dict) else given
        if wrong := no_issue(given):
            raise _Malformed(f"{name}: {wrong}")
        assert isinstance(given, dict)
        given["type"] = given.get("type") or "Task"
        try:
            issue, problems = issue_of(given, self.book)
        except RowError as error:
            raise _Malformed(f"{name}: {error}") from None
        if problems:
            raise _Malformed(f"{name}: {'; '.join(problems)}")
        return issue


def _issue_in(row: _Row) -> object:
    """Return the issue of a row: under `issue`, or the row itself."""
    own = {name: value for name, value in row.items() if name not in _NO_FIELDS}
    return row.get("issue", own)


def _group(row: _Row, default: str = "") -> str:
    group = _text(row, "chapter") or _text(row, "kind") or default
    if not group:
        raise _Malformed('no group: write "kind", such as "deadline", or "chapter"')
    return group


def _text(row: _Row, name: str) -> str | None:
    value = row.get(name)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise _Malformed(f'"{name}" has to be text')
    return value


def _expect(written: object) -> Expect:
    """Return what `expect` of a relation says, such as `higher` or `gate:accept|review`."""
    word, colon, value = str(written).partition(":")
    if word not in COMPARED and word not in ALONE:
        known = [*COMPARED, *ALONE]
        hint = nearest(word, known) or f": write one of {', '.join(known)}"
        raise _Malformed(f'"expect" can\'t be "{str(written)[:40]}"{hint}')
    if word in COMPARED or word == "urgent":
        if colon:
            raise _Malformed(f'"{word}" takes no value: remove ":{value[:40]}"')
    elif not value:
        raise _Malformed(f'"{word}" needs a value, such as "{_SUCH_AS[word]}"')
    return Expect(word, _known(word, value))


_SUCH_AS = {
    "class": "class:tech_debt|exploration",
    "gate": "gate:accept|review",
    "priority": "priority:High|Highest",
    "silent": "silent:quick win",
}


def _known(word: str, value: str) -> str:
    """Return the value of an expectation; refuse unknown classes and verdicts."""
    for name in value.split("|") if word in _NAMES else ():
        if name not in _NAMES[word]:
            hint = nearest(name, _NAMES[word]) or f": write one of {', '.join(_NAMES[word])}"
            raise _Malformed(f'unknown {word} "{name[:40]}"{hint}')
    return value


def _scenario(row: _Row) -> tuple[Expect, ...]:
    """Return what a scenario expects; what it leaves out may be anything."""
    kinds, gates, bands = (_text({name: row.get(name) or None}, name) for name in _SCENARIO)
    strange = set(bands or "").difference(BANDS)
    if strange:
        raise _Malformed(f'"band" has {", ".join(sorted(strange))}: write letters of H, M and L')
    found = {
        "class": kinds or "",
        "gate": "|".join((gates or "").split()),
        "priority": "|".join(BANDS[letter] for letter in bands or ""),
    }
    expects = tuple(Expect(word, _known(word, value)) for word, value in found.items() if value)
    if not expects:
        raise _Malformed('nothing is expected: fill "cls", "gates" or "band"')
    return expects


def _stem(row: _Row) -> str:
    """Return the group of a paraphrase: "g01" for the key "g01.2"."""
    match = _PARAPHRASE.fullmatch(str(row.get("key", "")))
    if not match:
        raise _Malformed(
            'nothing is expected: write "expect", such as "higher"; or "cls", "gates" and "band"; '
            'or a key such as "g01.1", which all paraphrases of a text share up to the point'
        )
    return match.group(1)
