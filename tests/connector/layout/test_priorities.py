"""The priorities of a site, by id, name and icon."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.layout.priorities import Priorities

NAMES = ["Höchste", "Hoch", "Mittel", "Niedrig", "Niedrigste"]
ICONS = ["highest", "high", "medium", "low", "lowest"]
GERMAN = Priorities.read(
    {"id": str(n), "name": name, "iconUrl": f"https://x/images/icons/priorities/{icon}.svg"}
    for n, (name, icon) in enumerate(zip(NAMES, ICONS, strict=True), start=1)
)


@pytest.mark.parametrize("word", ["Highest", "highest ", "Höchste", "höchste"])
def test_a_german_account_knows_the_english_name_by_the_icon(word: str) -> None:
    assert GERMAN.id_of(word) == "1"


def test_a_name_that_no_priority_has_has_no_id() -> None:
    assert GERMAN.id_of("P1") == GERMAN.id_of("") == GERMAN.id_of(None) == ""


def test_a_name_of_the_site_goes_before_the_icon_of_another() -> None:
    found = Priorities.read(
        [
            {"id": "1", "name": "Blocker", "iconUrl": "/images/icons/priorities/high.svg"},
            {"id": "2", "name": "High", "iconUrl": "/images/icons/priorities/medium.svg"},
        ]
    )
    assert found.id_of("High") == "2"


def test_an_icon_that_two_priorities_share_tells_nothing() -> None:
    found = Priorities.read(
        {"id": id, "name": name, "iconUrl": "/images/icons/priorities/major.png"}
        for id, name in [("1", "P1"), ("2", "P2")]
    )
    assert found.id_of("Major") == ""


def test_the_settings_name_what_no_icon_tells() -> None:
    listed = [{"id": "10001", "name": "Sofort", "iconUrl": "/secure/viewavatar?avatarId=1"}]
    assert Priorities.read(listed, {"Highest": "Sofort"}).id_of("highest") == "10001"


def test_conditions_may_ask_by_every_name_of_a_priority() -> None:
    assert GERMAN.also("1") == ("Höchste", "highest")
    assert Priorities.read([{"id": "1", "name": "Sofort"}], {"P0": "Sofort"}).also("1") == (
        "Sofort",
        "p0",
    )
    assert GERMAN.also("77") == ()


def test_ranks_go_from_the_highest_to_the_lowest_by_id_and_name() -> None:
    assert GERMAN.ranks["1"] == GERMAN.ranks["höchste"] == 1.0
    assert GERMAN.ranks["5"] == GERMAN.ranks["niedrigste"] == 0.0


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "name", "iconUrl"]),
            st.none() | st.text(max_size=9) | st.integers() | st.lists(st.integers(), max_size=1),
        ),
        max_size=5,
    ),
    st.text(max_size=9),
)
def test_any_list_is_read(listed: list[dict[str, object]], word: str) -> None:
    found = Priorities.read(listed)
    assert found.find(word) is None or found.find(word) in found.listed
    assert all(0 <= rank <= 1 for rank in found.ranks.values())
