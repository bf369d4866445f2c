"""What a model tells of itself."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from cli import main
from tests.worker.team_models.taught import taught


def test_the_file_of_a_team_tells_its_parts_without_the_key(tmp_path: Path) -> None:
    file, model = tmp_path / "team.npz", taught()
    model.save(file)
    said = CliRunner().invoke(main, ["model", "info", str(file), "--json"])
    assert json.loads(said.output) == {"digest": model.digest, "parts": ["classes"]}


def test_a_file_that_is_no_model_is_told_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "team.npz"
    file.write_bytes(b"no model")
    said = CliRunner().invoke(main, ["model", "info", str(file)])
    assert said.exit_code == 1 and "is not a model, or is damaged" in said.output
