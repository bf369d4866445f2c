"""The copy that each how-to is tried on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[CopyOfSluice]:
    """Return a fresh copy of Sluice."""
    found = CopyOfSluice(tmp_path / "sluice")
    yield found
    found.close()
