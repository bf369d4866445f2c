"""The copy that each how-to is tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice


@pytest.fixture
def copy(tmp_path: Path) -> CopyOfSluice:
    """Return a fresh copy of Sluice."""
    return CopyOfSluice(tmp_path / "sluice")
