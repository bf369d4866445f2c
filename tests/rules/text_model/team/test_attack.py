"""Somebody has the file of a team's model, a large dictionary and much time, but not the key."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.teach.learn import learn
from rules.rulebook.load import find
from rules.text_model.model import shipped
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal
from rules.vocabulary.classes import KINDS

KEY = b"the secret of the site"
NOW = datetime(2026, 11, 2, tzinfo=UTC)

NAMES = ["Okonkwo", "Brandvold", "Szymborska", "Tiberius", "Lovelace"]
CUSTOMERS = ["Zyphertron", "Quellmark", "Barnowl Shipping", "Nordwind", "Plumfield"]
CODE_NAMES = ["Obsidian", "Wolverine", "Marzipan", "Kestrel", "Tumbleweed"]
TOKENS = [
    *("ghp_4eC39HqLyjWDarjtT1zdp7dc", "sk_live_9f8e7d6c5b4a", "deadbeefcafe1234"),
    *("xKqzRtvWpLmnbT", "QX7ZK2M9PLD4RW81", "c0ffee0badc0de42"),
]
CHINESE = [
    *("王小明负责华夏银行的合同", "客户中远航运要求延期付款", "代号青龙的项目不能公开"),
    *("李梅和张伟周五见过宝山钢铁", "密码箱放在三号仓库的角落"),
]
PLANTED = [
    "Clean up the {code} report of {name}",
    "{customer} wants the {code} screen",
    "Ask {name} about {customer} with {token}",
    "{token} fails for {customer}",
    "重写{chinese}",
    "{chinese}，请看",
]


SECRETS = {
    "name": NAMES,
    "customer": CUSTOMERS,
    "code": CODE_NAMES,
    "token": TOKENS,
    "chinese": CHINESE,
}


def planted(seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield 100 issues with secrets, and what the team calls them."""
    dice = random.Random(seed)

    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: dice.choice(SECRETS[found[1]]), text)

    for n in range(100):
        body = filled("{name} said so to {customer}. {chinese}")
        yield f"{filled(PLANTED[n % len(PLANTED)])}\n{body}", KINDS[n % len(PLANTED) % 3]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    with closing(Judge(find("default"), "en", shipped())) as judge:
        return [_example(judge, text, kind) for text, kind in planted()]


def _example(judge: Judge, text: str, kind: str) -> Example:
    title, _, body = text.partition("\n")
    issue = issue_from_row({"summary": title, "description": body})
    return Example(Lesson(issue, "kind", kind, "correction"), judge.assess(issue, NOW))


@pytest.fixture(scope="module")
def team(examples: list[Example]) -> TeamModel:
    return learn(examples, KEY, {"lessons": len(examples)})


@dataclass(frozen=True)
class Loot:
    """What can be taken from a file without a key."""

    head: dict[str, Any]
    names: list[str]
    raw: bytes
    arrays: dict[str, Any]

    @classmethod
    def of(cls, team: TeamModel) -> Loot:
        content = team.as_bytes()
        with ZipFile(BytesIO(content)) as parts:
            raw = content + b"".join(parts.read(name) for name in parts.namelist())
        with np.load(BytesIO(content)) as found:
            names = found["names"].tobytes().decode().split("\n")
            arrays = {name: found[name] for name in found.files if name not in ("head", "names")}
            return cls(json.loads(found["head"].tobytes()), names, raw, arrays)


def secret_words() -> set[str]:
    """Return all words that were planted, as features spell them."""
    whole = " ".join([*NAMES, *CUSTOMERS, *CODE_NAMES, *TOKENS]).lower()
    return set(re.findall(r"[^\W_]+", re.sub(r"\d+", "0", whole))) | set("".join(CHINESE))


def dictionary() -> set[str]:
    """Return every guess: the shipped vocabulary, the planted words, all CJK characters."""
    characters = map(chr, range(0x4E00, 0xA000))
    return {name for _, name in shipped().names} | secret_words() | {*characters}


def pairs(words: Collection[str]) -> Iterator[str]:
    """Return the words chained to pairs, those at the edges of a title too."""
    return (f"{one} {other}" for one, other in product({*words, "^", "$"}, repeat=2))


def confirmed(names: Collection[str], sealed: Callable[[str, str], str]) -> set[str]:
    """Return the guesses that are in a file, by a way to make digests: words, then chains."""
    there = set(names)

    def found(guesses: Collection[str] | Iterator[str]) -> set[str]:
        return {w for w in guesses if any(sealed(b, w) in there for b in ("title", "body"))}

    words = found(dictionary())
    return words | found(pairs(words | secret_words()))


def keyless() -> Iterator[Callable[[str, str], str]]:
    """Yield the ways to make a digest for somebody without the key."""
    for method in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2s):
        yield lambda block, word, m=method: m(f"{block}\t{word}".encode()).hexdigest()[:16]
    yield lambda block, word: hashlib.blake2b(
        f"{block}\t{word}".encode(), digest_size=8
    ).hexdigest()
    for guess in (b"the secret of the sitE", b"0" * 16, b"sluice team model"):
        yield Seal(guess).name


def test_without_the_key_no_word_and_no_pair_is_confirmed(team: TeamModel) -> None:
    loot = Loot.of(team)
    assert len([name for name in loot.names if re.fullmatch("[0-9a-f]{16}", name)]) > 100
    assert [confirmed(loot.names, sealed) for sealed in keyless()] == [set()] * 8


def test_with_the_key_the_same_attack_finds_words_so_it_can_fail(team: TeamModel) -> None:
    found = confirmed(Loot.of(team).names, Seal(KEY).name)
    assert {"okonkwo", "zyphertron", "obsidian", "王 小", "青 龙"} <= found


def test_tokens_and_single_characters_are_not_even_there_with_the_key(team: TeamModel) -> None:
    found = confirmed(Loot.of(team).names, Seal(KEY).name)
    assert not {word for word in found if len(word) == 1 and "\u4e00" <= word <= "\u9fff"}
    tokens = {part for token in TOKENS for part in re.findall(r"[^\W_]+", _masked(token))}
    secret = {part for part in tokens if len(part) > 4}
    assert secret and not {w for w in found if secret & {*w.split(" ")}}


def _masked(token: str) -> str:
    return re.sub(r"\d+", "0", token.lower())


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le", "gb18030"])
def test_nothing_is_written_in_the_file(team: TeamModel, coding: str) -> None:
    raw = Loot.of(team).raw.lower()
    secrets = [*NAMES, *CUSTOMERS, *CODE_NAMES, *TOKENS, *CHINESE]
    secrets += [text[n : n + 2] for text in CHINESE for n in range(len(text) - 1)]
    # Two characters of Chinese are four bytes in some codings: random digests may hold these.
    long = [one for one in secrets if len(one.encode(coding)) > 5]
    assert len(long) > 25 and not [one for one in long if one.lower().encode(coding) in raw]


def test_head_and_open_names_hold_nothing_of_the_texts(team: TeamModel) -> None:
    loot = Loot.of(team)
    rules = {rule.id for rule in find("default").rules}
    for name in loot.names:
        group, _, rest = name.partition(":")
        if group == "rule":
            assert rest in rules
        elif group != "signal" and name not in rules:
            assert name in ("bias", "undecided") or re.fullmatch("[0-9a-f]{16}", name)
    assert set(loot.head) == {"format", "key", "digest", "heads", "info"}
    assert loot.head["info"] == {"lessons": 100}


def test_the_order_and_the_size_tell_nothing(examples: list[Example], team: TeamModel) -> None:
    loot = Loot.of(team)
    start = 0
    for _, count in loot.head["heads"].values():
        part = loot.names[start : start + count]
        assert part == sorted(part)
        start += count
    shuffled = random.Random(3).sample([_timed(one) for one in examples], len(examples))
    again = learn(shuffled, KEY, {"lessons": 100})
    other = learn([_timed(one) for one in examples], KEY, {"lessons": 100})
    assert Loot.of(again).names == Loot.of(other).names
    renamed = Loot.of(learn(examples, b"another key of a site", {"lessons": 100}))
    assert len(renamed.names) == len(loot.names)
    assert abs(len(renamed.raw) - len(loot.raw)) < len(loot.raw) / 100


def _timed(example: Example) -> Example:
    return replace(example, lesson=replace(example.lesson, at=NOW))


def test_a_file_can_t_be_used_without_its_key(team: TeamModel, tmp_path: Path) -> None:
    team.save(tmp_path / "shop.npz")
    with pytest.raises(ValueError, match="sealed with another key"):
        TeamModel.load(tmp_path / "shop.npz", b"the secret of the sitE")
