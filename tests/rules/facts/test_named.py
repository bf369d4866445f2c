import copy
import json
import pickle
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from rules.facts.issue import Managed
from rules.facts.named import Named

BUG = Named("Bug", ("10002", "Bug", "", "Fehler", "10002"))


def test_a_named_value_is_its_text() -> None:
    assert BUG == "Bug"
    assert hash(BUG) == hash("Bug")
    assert {BUG: 1}["Bug"] == 1
    assert sorted([BUG, "Arc"]) == ["Arc", "Bug"]
    assert f"{BUG}" == "Bug"


def test_it_has_each_of_its_other_names_once() -> None:
    assert BUG.also == ("10002", "Fehler")
    assert Named("Bug").also == ()


def test_it_is_written_as_plain_text() -> None:
    assert json.dumps({"type": BUG, "all": (BUG,)}) == '{"type": "Bug", "all": ["Bug"]}'
    assert json.dumps(asdict(Managed(kind=BUG)))
    assert type(str(BUG)) is str


@given(st.text(), st.lists(st.text()), st.text())
def test_copies_keep_all_names(value: str, also: list[str], state: str) -> None:
    one = Named(value, tuple(also), state)
    for again in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one), copy.copy(one)):
        assert (again, again.also, again.state) == (value, one.also, state)
