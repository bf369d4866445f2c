"""What a condition means, said as simply as possible: slow, and with nothing of ours in it.

Each clause is true or false of a field that holds something, and neither of one that is empty.
`not` exchanges the two; what is neither stays so.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from rules.jql.syntax_tree import And, Call, Clause, Node, Not

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
TEXTS = ("text", "summary", "description")
RANKS = {
    "lowest": 0,
    "最低": 0,
    "p1": 4,
    "low": 1,
    "medium": 2,
    "中": 2,
    "high": 3,
    "highest": 4,
    "最高": 4,
}
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def holds(node: Node, fields: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a condition is true of an issue."""
    return truth(node, fields, now) is True


def truth(node: Node, fields: Mapping[str, Any], now: datetime) -> bool | None:
    """True, false or, where it hangs on an empty field, neither."""
    if isinstance(node, Clause):
        return _clause(node, fields, now)
    if isinstance(node, Not):
        inner = truth(node.item, fields, now)
        return None if inner is None else not inner
    answers = [truth(item, fields, now) for item in node.items]
    decisive = not isinstance(node, And)
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def _clause(clause: Clause, fields: Mapping[str, Any], now: datetime) -> bool | None:
    value, op = _value(clause.name, fields), clause.op
    wanted = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    empty = value in (None, "", ())
    if clause.name == "votes" and not value and (op in ("is", "is not") or "" in wanted):
        # Nobody's votes are none.
        return op in ("is", "=")
    if op in ("is", "is not") or (op in ("=", "!=") and wanted == ("",)):
        return empty is (op in ("is", "="))
    if empty:
        # Asked for among others, emptiness is an answer like any.
        return (op in ("in", "=")) if "" in wanted else None
    if op in ("~", "!~"):
        said = ", ".join(value) if isinstance(value, tuple) else str(value)
        return finds(str(wanted[0]), said) is (op == "~")
    return _compared(clause, value, op, wanted, fields, now)


def _compared(
    clause: Clause, value: Any, op: str, wanted: tuple[Any, ...], fields: Any, now: datetime
) -> bool | None:
    if isinstance(value, datetime):
        limit = moment(wanted[0], now)
        if clause.name == "due":
            return ORDER[op](value.date(), limit.date())
        return ORDER[op](value, limit)
    if isinstance(value, int | float):
        if op in ORDER:
            return ORDER[op](value, float(wanted[0]))
        return (value in [float(w) for w in wanted if w]) is (op == "in")
    if clause.name == "priority" and op not in ("=", "!="):
        rank = RANKS.get(value.lower())
        return None if rank is None else ORDER[op](rank, RANKS[wanted[0].lower()])
    held = {v.lower() for v in (value if isinstance(value, tuple) else (value,))}
    user = fields.get("currentuser")
    asked = [user if w == Call("currentuser") else w for w in wanted]
    hit = any(w.lower() in held for w in asked if w)
    # Whether it is the user can't be told while nobody is signed in.
    return None if None in asked and not hit else hit is (op in ("=", "in"))


def _value(name: str, fields: Mapping[str, Any]) -> Any:
    if name != "text":
        return fields.get(name)
    return "\n".join(fields[part] for part in ("summary", "description") if fields.get(part))


def moment(wanted: Any, now: datetime) -> datetime:
    """The few times that random conditions name."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if isinstance(wanted, str):
        if days := re.fullmatch(r"-(\d+)d", wanted):
            return now - timedelta(days=int(days.group(1)))
        return datetime.strptime(wanted, "%Y-%m-%d").replace(tzinfo=now.tzinfo)
    if wanted.name == "startofweek":
        return midnight - timedelta(days=midnight.weekday(), weeks=1)
    if wanted.name == "endofmonth":
        following = (midnight.replace(day=28) + timedelta(days=4)).replace(day=1)
        return following - timedelta(milliseconds=1)
    return now


def finds(query: str, text: str) -> bool:
    """Return whether a search finds a text: every term of one of the groups between OR."""
    groups = [re.findall(r'"[^"]*"|\S+', group) for group in query.split(" OR ")]
    return any(all(stands(term.strip('"').split(), text) for term in group) for group in groups)


def stands(terms: list[str], text: str) -> bool:
    """Return whether the globs stand side by side in the text, or the Chinese anywhere in it."""
    if re.search(f"[{CJK}]", terms[0]):
        return folded(terms[0]) in folded(text)
    words = words_of(text)
    places = range(len(words) - len(terms) + 1)
    same = same_word if all(re.fullmatch(r"\w+", term) for term in terms) else glob
    return any(all(same(t, words[at + n]) for n, t in enumerate(terms)) for at in places)


def same_word(one: str, other: str) -> bool:
    """Return whether two words have one stem. Of the words here only crashes has another."""
    return re.sub("crashes$", "crash", folded(one)) == re.sub("crashes$", "crash", other)


def folded(text: str) -> str:
    """Lower case, full-width letters made narrow."""
    return unicodedata.normalize("NFKC", text).lower()


def words_of(text: str) -> list[str]:
    """The words, what is Chinese taken out."""
    return re.findall(f"[^\\W{CJK}]+", folded(text))


def glob(pattern: str, word: str) -> bool:
    """Return whether a word fits a pattern with `*` and `?`. Try every way."""

    @cache
    def fits(p: int, w: int) -> bool:
        if p == len(pattern):
            return w == len(word)
        if pattern[p] == "*":
            return any(fits(p + 1, at) for at in range(w, len(word) + 1))
        return w < len(word) and pattern[p] in ("?", word[w]) and fits(p + 1, w + 1)

    return fits(0, 0)
