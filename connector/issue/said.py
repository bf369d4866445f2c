"""Tell from Sluice's comment which values Sluice wrote, where record and changelog are lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from connector.layout.field_mapping import Layout
from connector.messages import messages
from connector.messages.gist import EARLIER_SCORE
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.languages import LANGUAGES
from rules.vocabulary.managed_fields import MANAGED, ManagedName
from rules.vocabulary.verdicts import VERDICTS

_MARKUP = re.compile(r"\{\*\}|\*")


def said_otherwise(
    body: str, name: ManagedName, value: str | float | None, names: Iterable[str], layout: Layout
) -> bool:
    """Return whether a comment of Sluice says that a value is not Sluice's.

    Sluice wrote all four fields when it wrote the comment, but for those that it lists as kept. So
    a value is a person's if the comment lists the field, or names another value. `names` has all
    names of the value.
    """
    if _is_listed(body, layout.slot(name).name):
        return True
    headline = body.split("\n", 1)[0].replace("\\", "")
    if name == "verdict":
        return _verdict_is_other(headline, value)
    if name == "score":
        return _score_is_other(headline, value)
    if name == "kind" and value not in ALL_KINDS:
        return True
    own = {one.lower() for one in (names_of_kind(str(value)) if name == "kind" else names)}
    others = {one.lower() for one in _vocabulary(name, layout)} - own
    return not any(_has(headline, one) for one in own) and any(_has(headline, o) for o in others)


def _is_listed(body: str, field: str) -> bool:
    """Return whether the comment lists a field among those that a person set."""
    headings = [f"*{w.triage.kept}{w.colon}*" for w in map(messages, LANGUAGES)]
    kept = [line for line in body.splitlines() if line.startswith(tuple(headings))]
    priority = [w.triage.priority.split("{")[0].strip() for w in map(messages, LANGUAGES)]
    words = priority if field == MANAGED.priority.name else [field]
    return any(_has(line.replace("\\", ""), word) for line in kept for word in words)


def _verdict_is_other(headline: str, value: str | float | None) -> bool:
    """Return whether the headline has another verdict, or one that a person set."""
    if value not in VERDICTS:
        return True
    shown = _MARKUP.sub("", headline.split(" — ")[0].partition(" ")[2])
    texts = (messages(one).verdicts.get(str(value)) for one in LANGUAGES)
    return shown not in {text.name for text in texts if text}


def _score_is_other(headline: str, value: str | float | None) -> bool:
    """Return whether the headline has another score; only those of earlier versions have one."""
    found = EARLIER_SCORE.findall(headline)
    return bool(found) and all(float(number) != value for number in found if number.count(".") < 2)


def _vocabulary(name: ManagedName, layout: Layout) -> Iterator[str]:
    """Yield all names of the values of a field: of classes in each language, or of priorities."""
    if name == "priority":
        yield from (one for p in layout.priorities.listed for one in (p.name, p.icon) if one)
        return
    for kind in ALL_KINDS:
        yield from names_of_kind(kind)


def names_of_kind(kind: str) -> list[str]:
    """Return the names of a class in the comments, one for each language."""
    found = (messages(one).classes.get(kind) for one in LANGUAGES)
    return [name for name in found if name]


def _has(text: str, word: str) -> bool:
    """Return whether a text has a word, not as a part of a longer one in Latin letters."""
    return bool(word) and bool(
        re.search(rf"(?<![a-z0-9]){re.escape(word.lower())}(?![a-z0-9])", text.lower())
    )
