"""The files for contributors and their tools say what is so: versions, commands, rights."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

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


def test_the_workflow_asks_for_known_holes_and_fails_without_an_answer() -> None:
    workflow = read_yaml(".github/workflows/ci.yml")
    [command] = [step["run"] for step in workflow["jobs"]["advisories"]["steps"] if "run" in step]
    assert {"--strict", "--require-hashes", "requirements-dev.lock"} <= set(command.split())
    assert workflow["on"]["schedule"]


def test_every_package_is_installed_with_its_hash() -> None:
    for name in ("tools/install.sh", "Dockerfile"):
        commands = re.split(r"&&|\n", read(name).replace("\\\n", " "))
        pips = [one for one in commands if re.match(r"\s*(RUN )?(watched_)?pip \S* ?install ", one)]
        # Sluice itself is installed from its folder.
        of_others = [one for one in pips if not re.search(r"--no-deps (--editable )?\.", one)]
        assert of_others, f"{name} installs nothing"
        assert [one for one in of_others if "--require-hashes" not in one] == []


def test_the_check_runs_bandit_on_all_that_ships() -> None:
    ships = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    [code] = re.findall(r"^CODE := (.*)$", read("Makefile"), re.MULTILINE)
    assert set(code.split()) == set(ships)
    assert re.search(r"^\t\$\(BIN\)/bandit .*\$\(CODE\)", read("Makefile"), re.MULTILINE)


def test_an_exception_from_bandit_names_its_test() -> None:
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for name in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
        for file in sorted((ROOT / name).rglob("*.py"))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if "# nosec" in line and not re.search(r"# nosec B\d{3}\b", line)
    ]
    assert not bare


FORMS = [
    file.name
    for file in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    if file.name != "config.yml"
]
# docs.github.com: Syntax for issue forms, Syntax for GitHub's form schema.
FORM_KEYS = {"name", "description", "body", "title", "labels", "assignees", "projects", "type"}
ELEMENT_KEYS = {"type", "id", "attributes", "validations"}
NEEDED = {
    "markdown": {"value"},
    "textarea": {"label"},
    "input": {"label"},
    "dropdown": {"label", "options"},
    "checkboxes": {"label", "options"},
}
ALLOWED = {
    "markdown": {"value"},
    "textarea": {"label", "description", "placeholder", "value", "render"},
    "input": {"label", "description", "placeholder", "value"},
    "dropdown": {"label", "description", "multiple", "options", "default"},
    "checkboxes": {"label", "description", "options"},
}


@pytest.mark.parametrize("name", FORMS)
def test_an_issue_form_has_the_fields_that_github_requires(name: str) -> None:
    form = read_yaml(f".github/ISSUE_TEMPLATE/{name}")
    assert {"name", "description", "body"} <= form.keys() <= FORM_KEYS
    assert form["name"] and form["description"]
    assert any(element["type"] != "markdown" for element in form["body"])
    for element in form["body"]:
        attributes = element["attributes"]
        assert {"type", "attributes"} <= element.keys() <= ELEMENT_KEYS
        assert NEEDED[element["type"]] <= attributes.keys() <= ALLOWED[element["type"]]
        assert all(isinstance(text, str) and text for text in attributes.values())
        assert element.get("validations", {}).keys() <= {"required"}
        assert isinstance(element.get("validations", {}).get("required", True), bool)


@pytest.mark.parametrize("name", FORMS)
def test_ids_and_labels_of_an_issue_form_are_unique(name: str) -> None:
    body = [e for e in read_yaml(f".github/ISSUE_TEMPLATE/{name}")["body"] if "id" in e]
    ids = [element["id"] for element in body]
    labels = [element["attributes"]["label"] for element in body]
    assert len(set(ids)) == len(ids) and len(set(labels)) == len(labels)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", one) for one in ids)


def test_the_forms_have_different_names_and_may_be_left_aside() -> None:
    names = [read_yaml(f".github/ISSUE_TEMPLATE/{name}")["name"] for name in FORMS]
    assert len(names) >= 3 and len(set(names)) == len(names)
    assert read_yaml(".github/ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": True}


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
