"""What training needs is asked for in one line, with the command that installs it."""

from __future__ import annotations

import sys

import pytest

from rules.learning.evaluation import labelled_issues
from rules.learning.evaluation.evaluate import evaluate
from rules.learning.training_extra import LIBRARIES, require_training_extra
from rules.text_model.model_file import ModelError


def test_nothing_is_asked_for_where_all_is_installed() -> None:
    require_training_extra()


@pytest.mark.parametrize(("module", "name"), LIBRARIES.items())
def test_a_library_that_is_missing_is_named(
    module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModelError, match=rf"needs {name}, .*: pip install {name} \(pipx: "):
        require_training_extra()


def test_training_and_measuring_ask_before_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ModelError, match="the extra `train`"):
        labelled_issues.trained([])
    with pytest.raises(ModelError, match="the extra `train`"):
        evaluate([], [])
