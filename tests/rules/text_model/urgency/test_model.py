"""What people call urgent: the model that ships, its file, and its reasons."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

from rules.text_model.features import features
from rules.text_model.model_file import ModelFileError
from rules.text_model.urgency.model import SHIPPED, UrgencyModel, shipped
from rules.text_model.urgency.traits import traits

CRASH = "Server crashes on startup since the upgrade\nAll customers lose data, nobody can work."
TYPO = "Typo in the tooltip\nWould be nice to correct the spelling in the comments some day."


def value(text: str, kind: str = "") -> float:
    found = shipped().look(text, kind)
    assert found is not None
    return found.value


def test_a_crash_that_loses_data_is_more_urgent_than_a_typo() -> None:
    assert value(CRASH) > 90
    assert value(TYPO) < 10


def test_half_of_all_issues_stand_above_fifty() -> None:
    """The sums that the model holds part equal shares; 50 is the one in the middle."""
    edges = shipped().edges
    middle = float(edges[len(edges) // 2])
    assert shipped().percent(middle) == 50
    assert shipped().percent(middle - 1) < 50 < shipped().percent(middle + 1)
    assert shipped().percent(float(edges[0]) - 9) == 0 and shipped().percent(1e6) == 100


def test_the_type_counts_and_a_bug_is_more_urgent_than_an_improvement() -> None:
    text = "Export of the monthly report\nThe file has no header."
    assert value(text, "Bug") > value(text, "Improvement")


def test_a_missing_description_does_not_make_a_crash_harmless() -> None:
    assert value("Server crashes on startup since the upgrade\n") > 80


@pytest.mark.parametrize(
    "text", ["", "\n", "ok", "生产环境宕机，所有客户都不能下单", "升级 API 之后页面打不开"]
)
def test_too_little_english_has_no_urgency(text: str) -> None:
    assert shipped().look(text) is None


def test_one_foreign_word_in_an_english_text_does_not_hide_its_urgency() -> None:
    assert shipped().look("Server crashes when a name contains 王\nThe whole cluster is down.")


def test_the_words_that_moved_the_value_are_its_reasons() -> None:
    typo = shipped().look(TYPO)
    assert typo is not None and "typo" in dict(typo.moved())
    crash = shipped().look(CRASH)
    assert crash is not None
    assert all(part > 0 for _, part in crash.moved()) and "crashes" in dict(crash.moved())
    assert all(part < 0 for _, part in typo.moved())


def test_every_part_of_the_sum_is_known_so_that_the_parts_add_up() -> None:
    found, model = shipped().look(CRASH, "Bug"), shipped()
    assert found is not None
    counted = features(CRASH)
    rows, values, _ = model.terms(counted)
    more, _ = traits(counted, CRASH.partition("\n")[2], "Bug")
    assert found.total == pytest.approx(values @ model.weights[rows] + more @ model.more, abs=1e-3)


def test_a_model_predicts_the_same_after_saving(tmp_path: Path) -> None:
    model = shipped()
    (tmp_path / "again.npz").write_bytes(model.as_bytes())
    again = UrgencyModel.load(tmp_path / "again.npz")
    assert again.digest == model.digest
    assert [again.look(text) is None for text in (CRASH, "ok")] == [False, True]
    first, second = model.look(CRASH), again.look(CRASH)
    assert first is not None and second is not None and first.value == second.value


def test_a_changed_weight_changes_the_digest_and_is_refused(tmp_path: Path) -> None:
    model = shipped()
    other = dataclasses.replace(model, more=model.more + np.float32(0.5))
    assert other.digest != model.digest
    with np.load(str(SHIPPED)) as parts:
        held = {name: parts[name] for name in parts.files}
    np.savez_compressed(tmp_path / "changed.npz", **{**held, "more": held["more"] + 0.5})
    with pytest.raises(ModelFileError, match="was changed after training"):
        UrgencyModel.load(tmp_path / "changed.npz")


@pytest.mark.parametrize("content", [b"", b"no file of numpy", b"PK\x03\x04"])
def test_a_file_that_is_no_model_is_refused_in_a_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.npz").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"odd\.npz: is not a model of urgency"):
        UrgencyModel.load(tmp_path / "odd.npz")
    with pytest.raises(ModelFileError, match="can't be read"):
        UrgencyModel.load(tmp_path / "absent.npz")


def test_the_file_is_small_and_has_words_of_several_trackers_only() -> None:
    assert len(shipped().as_bytes()) < 1_500_000
    licensed = ("ambari", "camel", "derby", "hadoop", "rust", "titanium", "wicket")
    assert sorted(shipped().info["texts"]) == [*licensed]


def test_predicting_needs_numpy_only() -> None:
    import subprocess

    code = (
        "import sys; from rules.text_model.urgency.model import shipped; shipped().look('a\\nb');"
        "print(sorted({'sklearn', 'scipy'} & {*sys.modules}))"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert printed.strip() == "[]"
