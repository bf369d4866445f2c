"""Random conditions, issues and texts, the same for the same seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from rules.jql.syntax_tree import And, Call, Clause, Node, Not, Or

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = ("a", "b", "Bug", "技术债", "tech-debt")
WORDS = ("crash", "crashes", "refactor", "data", "loss", "登录", "支付失败", "api", "ＡＰＩ", "x1")
QUERIES = (
    "crash*", "data loss", '"data loss"', "api OR 登录", "支付", "c?ash", "re*or", "*x*", "crash",
    "crash* api OR 支付 loss", '"loss data" OR x1 OR refactor', "da* OR re* OR cra*", "支付失败",
)  # fmt: skip
USER = Call("currentuser")
MOMENTS = (Call("now"), Call("startofweek", ("-1",)), Call("endofmonth"), "-30d", "2026-11-01")


def clause(rng: random.Random) -> Clause:
    """A clause that every book understands in its first stage."""
    pick = rng.choice
    return pick(
        (
            Clause("votes", pick(("=", "!=", "<", "<=", ">", ">=")), str(rng.randint(1, 4))),
            Clause("points", pick(("in", "not in")), (str(rng.randint(0, 3)), pick(("5", "")))),
            Clause("labels", pick(("=", "!=")), pick(NAMES)),
            Clause(pick(("type", "labels")), pick(("in", "not in")), _names(rng)),
            Clause(pick(("reporter", "assignee")), pick(("=", "!=")), USER),
            Clause("reporter", pick(("in", "not in")), (USER, *rng.sample(NAMES, 1))),
            Clause(pick(("text", "summary", "description")), pick(("~", "!~")), pick(QUERIES)),
            Clause("type", pick(("~", "!~")), pick(QUERIES)),
            Clause("due", pick(("<", ">=", "!=", "=", "<=", ">")), pick(MOMENTS)),
            Clause("created", pick(("<", ">=", "<=", ">")), pick(MOMENTS)),
            Clause("priority", pick(("<", ">=", "=")), pick(("High", "中", "lowest"))),
            Clause(pick(("labels", "votes", "text", "due")), pick(("is", "is not")), None),
            Clause(pick(("type", "votes", "due")), pick(("=", "!=")), ""),
        )
    )


def _names(rng: random.Random) -> tuple[str, ...]:
    return tuple(rng.sample((*NAMES, ""), rng.randint(1, 3)))


def tree(rng: random.Random, depth: int = 3) -> Node:
    """A condition of at most `depth` levels; small enough for 32 alternatives most of the time."""
    if depth == 0 or rng.random() < 0.3:
        return clause(rng)
    if rng.random() < 0.3:
        return Not(tree(rng, depth - 1))
    items = tuple(tree(rng, depth - 1) for _ in range(rng.randint(2, 3)))
    return rng.choice((And, Or))(items)


def text(rng: random.Random, length: int = 6) -> str:
    """Words in English and Chinese with some punctuation between them."""
    return "".join(
        rng.choice(WORDS) + rng.choice((" ", ", ", "-", "\n", "")) for _ in range(length)
    )


def fields(rng: random.Random) -> dict[str, Any]:
    """The fields of an issue, each empty in a third of all cases."""
    values = {
        "summary": text(rng),
        "description": text(rng),
        "votes": float(rng.randint(0, 4)),
        "points": rng.randint(0, 5),
        "labels": tuple(rng.sample(NAMES, rng.randint(0, 3))),
        "type": rng.choice((*NAMES, "the crash type")),
        "reporter": rng.choice(NAMES),
        "assignee": rng.choice(NAMES),
        "currentuser": rng.choice(NAMES),
        "priority": rng.choice(("High", "最高", "Medium", "P1")),
        "created": NOW - timedelta(days=rng.randint(0, 60)),
        "due": NOW + timedelta(days=rng.randint(-9, 9)),
    }
    return {name: value for name, value in values.items() if rng.random() < 0.67}
