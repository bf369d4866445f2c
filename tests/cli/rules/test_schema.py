"""`sluice rules schema` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.rules.command import run


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    printed = run("schema").stdout
    run("schema", "--output", tmp_path / "s.json")
    assert (tmp_path / "s.json").read_text("utf-8") == printed
    assert json.loads(printed)["title"] == "A rule file of Sluice"
    result = run("schema", "--output", tmp_path / "no" / "s.json")
    assert result.exit_code == 1 and "can't be written" in result.stderr
