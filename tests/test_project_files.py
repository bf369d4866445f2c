"""The files for contributors and their tools say what is so: versions, commands, rights."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from rules.rulebook import yaml_source

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def read_yaml(name: str) -> Any:
    return yaml_source.load(read(name).encode(), name).data


def test_each_file_names_the_same_versions_of_python() -> None:
    project = PROJECT["project"]
    assert project["requires-python"] == ">=3.11,<3.15"
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert tuple(named) == VERSIONS
    assert PROJECT["tool"]["ruff"]["target-version"] == "py311"
    assert PROJECT["tool"]["mypy"]["python_version"] == VERSIONS[0]
    finder = read("tools/python.sh")
    assert "(3, 11) <= sys.version_info[:2] < (3, 15)" in finder
    assert all(f"python{version}" in finder for version in VERSIONS)
    assert f"--python-version {VERSIONS[0]} " in read("Makefile")


def test_the_workflow_runs_everything_on_the_oldest_and_the_newest_python() -> None:
    jobs = read_yaml(".github/workflows/ci.yml")["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == [VERSIONS[0], VERSIONS[-1]]
    commands = [step.get("run", "") for step in jobs["test"]["steps"]]
    assert any(command.startswith("make check test") for command in commands)


def test_the_workflow_may_only_read() -> None:
    workflow = read_yaml(".github/workflows/ci.yml")
    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())


def test_our_own_hooks_run_what_others_are_offered() -> None:
    offered = {hook["id"]: hook["entry"] for hook in read_yaml(".pre-commit-hooks.yaml")}
    ours = {
        hook["id"]: hook["entry"].removeprefix(".venv/bin/")
        for repo in read_yaml(".pre-commit-config.yaml")["repos"]
        for hook in repo["hooks"]
    }
    assert offered.items() <= ours.items()
    assert {"ruff", "ruff-format"} <= ours.keys()


def test_the_changelog_has_the_version_that_is_built() -> None:
    changelog = read("CHANGELOG.md")
    version = re.escape(PROJECT["project"]["version"])
    assert re.search(rf"^## \[{version}\] - \d{{4}}-\d\d-\d\d$", changelog, re.M)
    assert changelog.index("## [Unreleased]") < changelog.index("## [0.1.0]")


def test_the_notice_names_what_the_word_vectors_were_made_from() -> None:
    notice = read("NOTICE")
    assert (ROOT / "rules/text_model/data/vectors.npz").exists()
    for needed in ("all-MiniLM-L6-v2", "Apache License", "wamerican", "Kevin Atkinson"):
        assert needed in notice
    assert "NOTICE" in PROJECT["project"]["license-files"]
