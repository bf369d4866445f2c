"""Points by a team's priorities: bounded, explained by the issue's words, sealed in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text_model.model_file import ModelError, ModelFileError, Parts
from rules.text_model.team.model import TeamModel
from rules.text_model.team.rank_view import RankView
from rules.text_model.team.ranking import MOST, RankHead
from rules.text_model.team.seal import Seal

SEAL = Seal(b"a key of the tests, 32 bytes long")


def head(points: dict[str, float], offset: float = 0.0) -> RankHead:
    """Return a head that gives points to words of a body and to named features."""
    named = {n if ":" in n else SEAL.name("body", n): x for n, x in points.items()}
    names = tuple(sorted(named))
    return RankHead(names, np.array([named[n] for n in names], np.float32), offset, 0.8)


def view(text: str, rules: tuple[str, ...] = ()) -> RankView:
    """Return an issue with this body."""
    return RankView(SEAL, f"?\n{text}", rules=rules)


def test_words_and_rules_add_points() -> None:
    found = head({"heron": 6.0, "rule:debt": -2.0})
    assert found.points(view("heron")) == 6.0
    assert found.points(view("heron", ("debt",))) == 4.0
    assert found.points(view("quay")) == 0.0


def test_the_usual_issue_gets_none() -> None:
    assert head({"heron": 6.0}, offset=6.0).points(view("heron")) == 0.0


@given(
    points=st.dictionaries(
        st.sampled_from(["heron", "quay", "rule:debt", "topic:crash"]),
        st.floats(-1e6, 1e6, allow_nan=False),
    ),
    offset=st.floats(-1e4, 1e4),
    text=st.text(max_size=80),
)
def test_points_are_within_the_limit_for_any_text(
    points: dict[str, float], offset: float, text: str
) -> None:
    assert abs(head(points, offset).points(view(f"heron quay crash {text}"))) <= MOST


def test_moved_names_words_of_this_issue_on_the_side_of_the_points() -> None:
    found = head({"heron": 9.0, "quay": -3.0, "pier": 50.0, "rule:debt": 40.0})
    assert found.moved(view("heron quay", ("debt",))) == [("heron", pytest.approx(4.5, abs=2))]
    assert [word for word, _ in found.moved(view("quay"))] == ["quay"]


def test_a_saved_ranking_gives_the_same_points(tmp_path: Path) -> None:
    before = TeamModel(SEAL, ranking=head({"heron": 6.0, "rule:debt": -2.0}, 0.5))
    before.save(tmp_path / "shop.npz")
    after = TeamModel.load(tmp_path / "shop.npz", SEAL.key)
    assert before.ranking and after.ranking
    issue = view("heron at the quay", ("debt",))
    assert after.ranking.points(issue) == before.ranking.points(issue) != 0
    assert (after.digest, after.ranking.worth) == (before.digest, 0.8)


def test_the_file_holds_no_word(tmp_path: Path) -> None:
    found = head({"heron": 6.0, "quay": -2.0}).parts()
    assert not any(word in name for name in found.names for word in ("heron", "quay"))


@pytest.mark.parametrize("weights", [np.zeros(2), np.array([np.nan]), np.zeros((1, 1))])
def test_parts_that_do_not_fit_together_are_refused(
    weights: np.ndarray[tuple[int, ...], np.dtype[np.float32]], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="ranking"):
        RankHead.of(Parts({"offset": 0.0, "worth": 1.0}, ("a",), {"weights": weights}))
    broken = RankHead(("a",), weights, 0.0, 1.0)
    TeamModel(SEAL, ranking=broken).save(tmp_path / "shop.npz")
    with pytest.raises(ModelFileError, match="is damaged"):
        TeamModel.load(tmp_path / "shop.npz", SEAL.key)
