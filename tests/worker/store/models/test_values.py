"""The values on teams' models survive being written as JSON, and nothing else is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.store.models.values import Beside, Fate, Forget, Memory, ModelEntry

TIMES = st.integers(0, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC))
DIGESTS = st.text("0123456789abcdef", min_size=12, max_size=12)
FATES: tuple[Fate, ...] = ("", "rolled back", "stopped", "replaced")
ENTRIES = st.builds(
    ModelEntry,
    DIGESTS,
    TIMES,
    st.text(),
    st.dictionaries(st.text(), st.integers(0, 10**6)),
    st.dictionaries(st.text(), st.floats(0, 1)),
    st.dictionaries(st.text(), st.floats(0, 1)),
    st.text(),
    st.booleans(),
    st.sampled_from(FATES),
    st.none() | TIMES,
    st.text(),
)
FORGETS = st.builds(Forget, st.sampled_from(("by", "issue")), st.text(), TIMES, st.text())
MEMORIES = st.builds(
    Memory,
    DIGESTS,
    st.lists(ENTRIES, max_size=3).map(tuple),
    st.lists(FORGETS, max_size=3).map(tuple),
    st.lists(DIGESTS, max_size=3).map(tuple),
    DIGESTS,
)


@given(MEMORIES)
def test_a_memory_is_the_same_after_being_written_and_read(memory: Memory) -> None:
    assert Memory.from_json(json.loads(json.dumps(memory.to_json()))) == memory


@given(st.builds(Beside, DIGESTS, st.lists(st.text()).map(tuple)))
def test_a_model_beside_is_the_same_after_being_written_and_read(beside: Beside) -> None:
    assert Beside.from_json(json.loads(json.dumps(beside.to_json()))) == beside


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"in_use": "a", "history": [{}], "forgotten": [], "known": [], "rolled_back": ""},
        {"in_use": "a", "history": [], "known": [], "rolled_back": "", "forgotten": [{"scope": 1}]},
    ],
)
def test_what_is_no_memory_is_refused(raw: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Memory.from_json(raw)
