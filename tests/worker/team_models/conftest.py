"""A board with a team's model."""

from __future__ import annotations

import pytest

from tests.worker.team import Team
from tests.worker.team_models.taught import OURS, Board


@pytest.fixture
def board(team: Team) -> Board:
    """A project with a model of its own, not trained yet, whose new model may rewrite two."""
    team.configure(OURS + "    rewrite_cap: 2\n")
    return Board(team)
