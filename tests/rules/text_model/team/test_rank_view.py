"""An issue as a team's ranking sees it: nothing of its words can be read without the key."""

from __future__ import annotations

import math

from rules.text_model.team.rank_view import WORDS, RankView, rank_group
from rules.text_model.team.seal import Seal

KEY = b"a key of the tests, 32 bytes long"
TEXT = "Heron crashes at the quay\nThe heron of the quay is lost since the upgrade."


def view(text: str = TEXT, kind: str = "Harbour fault", key: bytes = KEY) -> RankView:
    return RankView(Seal(key), text, kind, ("debt",), {"outage": 0.9}, 75.0)


def test_words_and_the_issue_type_are_sealed() -> None:
    names = " ".join(view().values)
    for word in ("heron", "quay", "harbour", "fault"):
        assert word not in names
    other = view(key=b"the key of another site").values
    assert not {*view().values} & {name for name in other if rank_group(name) == WORDS}


def test_rules_signals_urgency_and_topics_are_named() -> None:
    values = view().values
    assert values["rule:debt"] == 1.0
    assert values["signal:outage"] == 0.9
    assert values["urgency:"] == 1.0
    assert values["topic:crash"] == 1.0


def test_a_reader_of_the_issue_sees_its_own_words() -> None:
    words = set(view().words.values())
    assert {"heron", "Harbour fault", "crashes"} <= words


def test_title_and_body_weigh_the_same_however_long() -> None:
    long = view(TEXT + " Nobody sees the gulls near the old pier any more." * 5)
    for one in (view(), long):
        words = [x for name, x in one.values.items() if rank_group(name) == WORDS]
        assert math.isclose(sum(x * x for x in words), 2.0, rel_tol=1e-9)


def test_chinese_has_pairs_and_no_single_characters() -> None:
    seal = Seal(KEY)
    values = view("渡轮预订").values
    assert seal.name("title", "渡 轮") in values
    assert seal.name("title", "渡") not in values


def test_an_empty_issue_has_no_words() -> None:
    empty = RankView(Seal(KEY), "")
    assert not [name for name in empty.values if rank_group(name) == WORDS]
    assert empty.words == {}
