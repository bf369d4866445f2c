"""The sandbox serves no route that Atlassian's documents lack; skipped where they are absent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox import Sandbox

Route = tuple[str, str]
ROOTS = {
    "cloud": {"jira-cloud-v2.json": "/rest/api/2", "jira-cloud-v3.json": "/rest/api/3"},
    "datacenter": {"jira-dc-10.3.json": "/api/2"},
}
# Jira Software's API is the same on both; only Data Center's document has it.
AGILE = "/rest/agile/1.0"


def documented(folder: Path, deployment: str) -> set[Route]:
    """The routes of the documents, as (method, path below the API with {} for a parameter)."""
    found: set[Route] = set()
    for name, root in ROOTS[deployment].items():
        found |= set(below(folder / name, root))
    return found | {(m, AGILE + p) for m, p in below(folder / "jira-dc-10.3.json", "/agile/1.0")}


def below(document: Path, root: str) -> Iterator[Route]:
    for path, operations in json.loads(document.read_text("utf-8"))["paths"].items():
        if path.startswith(root + "/"):
            bare = re.sub(r"\{[^}]*\}", "{}", path.removeprefix(root))
            yield from ((method.upper(), bare) for method in operations)


def served(jira: Sandbox) -> Iterator[Route]:
    """The routes of the sandbox's API, as (method, path below the API)."""
    for method, path in jira.routes():
        if not path.startswith(("/rest/api/", AGILE)):
            continue  # webhooks have a page of Atlassian's, but no document
        rest = re.sub(r"^/rest/api/<[^>]*version>", "", path)
        choice = re.search(r"<any\(([^)]*)\):[^>]*>", rest)
        for one in re.findall(r"[a-z]+", choice[1]) if choice else [""]:
            plain = rest.replace(choice[0], one) if choice else rest
            yield method, re.sub(r"<[^>]*>", "{}", plain)


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_every_route_stands_in_a_document(deployment: str, shared: Path) -> None:
    known = documented(shared / "openapi", deployment)
    with Sandbox(deployment=deployment) as jira:
        found = set(served(jira))
    assert len(found) > 40
    assert sorted(found - known) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/search/jql"),
        ("POST", "/search/approximate-count"),
        ("POST", "/issue/bulkfetch"),
        ("POST", "/changelog/bulkfetch"),
        ("GET", "/issue/{}/changelog"),
        ("GET", "/issue/createmeta"),
        ("GET", "/priority/search"),
    ],
)
def test_data_center_lacks_what_only_cloud_has(method: str, path: str) -> None:
    with Sandbox(deployment="datacenter") as jira:
        assert (method, path) not in set(served(jira))
    with Sandbox() as jira:
        assert (method, path) in set(served(jira))


def test_data_center_has_no_third_version() -> None:
    with Sandbox(deployment="datacenter") as jira:
        headers = jira.authorization("sluice")
        found = [
            requests.get(f"{jira.url}/rest/api/{v}/myself", headers=headers, timeout=60).status_code
            for v in ("2", "latest", "3")
        ]
    assert found == [200, 200, 404]
