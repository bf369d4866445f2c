"""Which rules lose their vote in a team, and what the file of a team's model keeps of that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text_model.model_file import ModelError, Parts
from rules.text_model.team.model import TeamModel
from rules.text_model.team.reliability import COLUMNS, Reliability, RuleCount
from rules.text_model.team.seal import Seal

KEY = b"a key of the tests, 32 bytes long"


def vote(agreed: float, contradicted: float) -> float:
    return Reliability({"a": RuleCount(agreed, contradicted)}).vote("a")


def test_a_rule_that_is_contradicted_nearly_always_loses_its_vote() -> None:
    assert vote(1, 11) == 0.0
    assert vote(0, 8) == 0.0


@pytest.mark.parametrize(
    ("agreed", "contradicted"), [(0, 0), (0, 7), (2, 10), (6, 6), (40, 80), (0.5, 5.5)]
)
def test_a_few_decisions_or_divided_ones_take_no_vote(agreed: float, contradicted: float) -> None:
    assert vote(agreed, contradicted) == 1.0


def test_a_rule_that_nobody_spoke_about_keeps_its_vote() -> None:
    assert Reliability().vote("a") == 1.0


counts = st.floats(0, 1e4)


@given(counts, counts, st.floats(0, 100))
def test_agreement_never_takes_a_vote_and_contradiction_never_gives_one(
    agreed: float, contradicted: float, more: float
) -> None:
    assert vote(agreed + more, contradicted) >= vote(agreed, contradicted)
    assert vote(agreed, contradicted + more) <= vote(agreed, contradicted)


def test_the_counts_are_in_the_file_of_the_teams_model_and_change_its_digest(
    tmp_path: Path,
) -> None:
    told = Reliability({"b": RuleCount(1, 11.5, 1, 12), "a": RuleCount(2, 0.25, 2, 1)})
    model = TeamModel(Seal(KEY), reliability=told)
    model.save(tmp_path / "team.npz")
    assert TeamModel.load(tmp_path / "team.npz", KEY).reliability == told
    assert model.digest != TeamModel(Seal(KEY), reliability=Reliability()).digest


@pytest.mark.parametrize(
    "wrong",
    [
        Parts({"columns": list(COLUMNS)}, ("a",), {"counts": np.zeros((2, 4), np.float32)}),
        Parts({"columns": list(COLUMNS)}, ("a",), {"counts": -np.ones((1, 4), np.float32)}),
        Parts({"columns": list(COLUMNS)}, ("a",), {"counts": np.full((1, 4), np.nan, np.float32)}),
        Parts({"columns": ["agreed"]}, ("a",), {"counts": np.zeros((1, 4), np.float32)}),
    ],
)
def test_counts_that_do_not_fit_are_refused(wrong: Parts) -> None:
    with pytest.raises(ModelError, match="counts of rules"):
        Reliability.of(wrong)
