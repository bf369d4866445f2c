"""A team's model is one file: it comes back as it was saved, and says what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rules.text_model.model_file import ModelError, ModelFileError
from rules.text_model.team.classes import ClassHead
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal

KEY = b"a key of the site"
LABELS = ("tech_debt", "business_need", "exploration")


def model() -> TeamModel:
    seal = Seal(KEY)
    names = tuple(sorted([seal.name("title", "heron"), "bias", "rule:debt"]))
    weights = np.array([[1.5, -1, 0], [0.25, 0, 0], [-2, 1, 1]], np.float32)
    return TeamModel(seal, ClassHead(LABELS, names, weights), info={"lessons": 25})


def test_a_saved_model_says_the_same(tmp_path: Path) -> None:
    before, file = model(), tmp_path / "shop.npz"
    before.save(file)
    after = TeamModel.load(file, KEY)
    assert after.classes and before.classes
    text = "Heron on the quay"
    shift = after.classes.shift(after.view(text, {"debt": 1.0}))
    assert shift == before.classes.shift(before.view(text, {"debt": 1.0}))
    assert any(shift.values())
    assert (after.digest, after.info) == (before.digest, {"lessons": 25})


def test_a_model_that_learned_nothing_is_a_model(tmp_path: Path) -> None:
    TeamModel(Seal(KEY)).save(tmp_path / "empty.npz")
    assert TeamModel.load(tmp_path / "empty.npz", KEY).heads == {}


def test_another_key_is_told_in_one_line(tmp_path: Path) -> None:
    model().save(tmp_path / "shop.npz")
    with pytest.raises(ModelFileError, match=r"shop\.npz: is sealed with another key"):
        TeamModel.load(tmp_path / "shop.npz", b"the key of another site")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ModelError, match="the model key has 6 bytes"):
        Seal(b"secret")


def test_a_damaged_file_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "shop.npz"
    whole = model().as_bytes()
    for content in (
        b"",
        whole[: len(whole) // 2],
        b"PK\x03\x04",
        whole.replace(b"names", b"nanes"),
    ):
        file.write_bytes(content)
        with pytest.raises(ModelFileError, match="is damaged") as caught:
            TeamModel.load(file, KEY)
        assert "\n" not in str(caught.value)


def test_a_missing_file_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="can't be read: No such file"):
        TeamModel.load(tmp_path / "none.npz", KEY)


def test_a_file_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    honest = model()
    assert honest.classes
    forged = replace(honest, classes=replace(honest.classes, weights=honest.classes.weights + 1))
    object.__setattr__(forged, "digest", honest.digest)
    forged.save(tmp_path / "shop.npz")
    with pytest.raises(ModelFileError, match="was changed after training"):
        TeamModel.load(tmp_path / "shop.npz", KEY)


@pytest.mark.parametrize("weights", [np.zeros((2, 3)), np.full((3, 3), np.nan), np.zeros(9)])
def test_parts_that_do_not_fit_together_are_refused(
    weights: np.ndarray[tuple[int, ...], np.dtype[np.float32]], tmp_path: Path
) -> None:
    honest = model()
    assert honest.classes
    replace(honest, classes=replace(honest.classes, weights=weights)).save(tmp_path / "shop.npz")
    with pytest.raises(ModelFileError, match="is damaged"):
        TeamModel.load(tmp_path / "shop.npz", KEY)


def test_a_text_model_is_no_team_model(tmp_path: Path) -> None:
    from rules.text_model.model import shipped

    shipped().save(tmp_path / "text.npz")
    with pytest.raises(ModelFileError, match="another version"):
        TeamModel.load(tmp_path / "text.npz", KEY)
