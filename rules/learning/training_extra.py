"""Check that the libraries which training needs are installed: the extra `train`."""

from __future__ import annotations

from importlib.util import find_spec

from rules.text_model.model_file import ModelError

LIBRARIES = {"sklearn": "scikit-learn", "scipy": "scipy"}


def require_training_extra() -> None:
    """Raise ModelError with the command that installs what is missing."""
    missing = [name for module, name in LIBRARIES.items() if find_spec(module) is None]
    if missing:
        raise ModelError(
            f"training and measuring text models needs {' and '.join(missing)}, the extra `train`:"
            f" pip install {' '.join(missing)} (pipx: pipx inject sluice {' '.join(missing)})"
        )
