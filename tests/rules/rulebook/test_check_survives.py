"""Whatever stands in a rule file, `check` answers with a book or with problems, and in time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook, RulebookError
from tests.work import no_hang

RULES = Path(__file__).parents[3] / "rules"
BOOKS = [
    *(RULES / "books" / f"{name}.yaml" for name in ("rice", "wsjf", "ice", "quadrant", "pain")),
    RULES.parent / "cli" / "rules" / "new" / "starter.yaml",
]
MOST_S = 10
NOW = datetime(2026, 11, 1, tzinfo=UTC)

ODD = [
    *[
        "\x00",
        "\ufeff",
        "\r\n",
        "\t",
        "“",
        "：",
        "，",
        "\u2028",
        "\ud7ff",
        "- ",
        ": ",
        "&a ",
        "*a ",
    ],
    *["!!python/object:os.system ", "<<: ", "{", "}", "[", "]", "'", '"', "|", ">-", "---", "..."],
    *["when: ", "text ~ '*' ", "(" * 50, "not " * 40, "1e999", "-1", ".inf", ".nan", "0x1F", "1_0"],
    *["include: [default]", "include: x.yaml", "off: true", "shadow: yes", "2026-01-31", "null"],
    *["score: 1/0", "clamp(", "min(1,", "{value}", "{before.__class__}", "%s", "a?b*c?", "中文"],
]


def _bytes(dice: random.Random) -> bytes:
    return dice.randbytes(dice.choice([1, 8, 64, 512, 4096]))


def _text(dice: random.Random) -> bytes:
    pieces = [dice.choice([*ODD, "book: b\n", "rules:\n", "  - id: a\n", " ", "\n", "x"])]
    pieces += [dice.choice([*ODD, "\n", " ", "\n  "]) for _ in range(dice.randrange(80))]
    return "".join(pieces).encode("utf-8", "surrogatepass")


def _flipped(dice: random.Random) -> bytes:
    raw = bytearray(dice.choice(BOOKS).read_bytes())
    for _ in range(dice.choice([1, 1, 2, 5, 40])):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    return bytes(raw)


def _line_edited(dice: random.Random) -> bytes:
    """As an admin breaks a file: a line lost, doubled, moved, or with something odd in it."""
    lines = dice.choice(BOOKS).read_text(encoding="utf-8").split("\n")
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        what = dice.randrange(6)
        if what == 0 and len(lines) > 1:
            del lines[at]
        elif what == 1:
            lines.insert(other, lines[at])
        elif what == 2:
            lines[at] = " " * dice.randrange(6) + lines[at].lstrip()
        else:
            cut = dice.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + dice.choice(ODD) + lines[at][cut + dice.randrange(3) :]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _spliced(dice: random.Random) -> bytes:
    one, other = (dice.choice(BOOKS).read_bytes() for _ in range(2))
    return one[: dice.randrange(len(one))] + other[dice.randrange(len(other)) :]


def _deep(dice: random.Random) -> bytes:
    piece, end = dice.choice([(b"[", b"]"), (b"{a: ", b"}"), (b"- ", b""), (b"a:\n ", b"")])
    times = dice.choice([50, 500, 5_000, 50_000])
    nested = piece * times + dice.choice([b"", end * times])
    return dice.choice([b"", b"book: b\nrules: ", b"when: "]) + nested


def _long(dice: random.Random) -> bytes:
    """A rule whose condition or formula is a small bomb."""
    piece = dice.choice(
        ["(", "not ", "a = 1 or ", "text ~ 'x*' and ", "-", "1+", "min(1,", "*?", "a"]
    )
    piece *= dice.choice([10, 100, 1_000, 20_000])
    condition = dice.choice([piece, f"text ~ '{piece}'", f"votes > 1 and {piece}"])
    rule = f"rules:\n  - {{id: a, because: b, gate: review, ask: c, when: >-\n      {condition}}}\n"
    block = "rules:\n  - id: a\n    because: b\n    gate: review\n    ask: c\n"
    block += f"    when: {condition!r}\n"
    score = f"measures: {{a: {{}}}}\nscore: {piece!r}\nrules:\n  - {{id: r, when: votes > 1, "
    score += "points: {a: 1}, because: c}\n"
    return ("book: b\n" + dice.choice([rule, block, score])).encode()


MAKERS: list[Callable[[random.Random], bytes]] = [
    *[_bytes, _text, _flipped, _line_edited, _line_edited, _spliced, _deep, _long]
]


def _checked(raw: bytes) -> Rulebook | None:
    """The book, or None after a look at its problems; a book that loads judges an issue too."""
    try:
        book = parse_book(raw, "team.yaml")
    except RulebookError as error:
        assert error.problems
        for problem in error.problems:
            said = str(problem)
            assert re.match(r"[^\n]+:\d+: [^\n]+$", said), said
            assert "Traceback" not in said
        return None
    judge = Judge(book)
    judge.assess(issue_from_row({"summary": "Login fails", "description": "For 300 users."}), NOW)
    judge.close()
    return book


def _survives(seeds: range) -> None:
    for seed in seeds:
        raw = MAKERS[seed % len(MAKERS)](random.Random(seed))
        try:
            with no_hang(MOST_S):
                _checked(raw)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error


def test_check_survives_what_people_and_strangers_write() -> None:
    _survives(range(30))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_check_survives_ten_thousand_odd_files(part: int) -> None:
    _survives(range(part * 1_000, (part + 1) * 1_000))


def test_the_odd_files_are_not_all_refused() -> None:
    books = [_checked(_line_edited(random.Random(seed))) for seed in range(30)]
    assert any(books) and not all(books)
