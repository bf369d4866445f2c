"""Every request that leaves site.py, held against Atlassian's OpenAPI documents."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from jsonschema import Draft4Validator

from connector.comment.told import Telling
from connector.setup.account import persons_account
from connector.setup.rights import missing_rights
from connector.setup.screens import type_screens
from connector.setup.telling import telling_problems
from sandbox import Sandbox
from sandbox.operations.comments import CommentStep, apply_comments
from tests.connector.test_changelog import reading, reopened_issue
from tests.live import Person, environment
from worker.jobs.stale import stale
from worker.jobs.week import post_week, read_week
from worker.settings.load import load
from worker.triage.site_triage import SiteTriage, open_site_triage

SENDERS = ("cloud", "datacenter")


@lru_cache(maxsize=2)
def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def operation(folder: Path, method: str, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document's operation for a request, with the components that it points to.

    Version 2 of the document leaves the new search out; in version 3 it is the same.
    """
    for name, version in (("jira-cloud-v2.json", "2"), ("jira-cloud-v3.json", "3")):
        whole = document(folder / name)
        asked = path.replace("/rest/api/2/", f"/rest/api/{version}/")
        literal_first = sorted(whole["paths"], key=lambda template: "{" in template)
        for template in literal_first:
            pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, asked) and method in whole["paths"][template]:
                return whole["paths"][template][method], {"components": whole["components"]}
    raise AssertionError(f"Jira has no {method.upper()} {path}")


def problems(folder: Path, method: str, url: str, body: bytes | str | None) -> list[str]:
    """List the problems of a request: of its path, its query and its body."""
    parts = urlsplit(url)
    path = parts.path[parts.path.index("/rest/api/") :]
    found, components = operation(folder, method.lower(), path)
    known = {p["name"]: p["schema"] for p in found.get("parameters", []) if p["in"] == "query"}
    wrong = []
    for name, values in parse_qs(parts.query, keep_blank_values=True).items():
        if name not in known:
            wrong.append(f"{path}: no parameter {name}")
            continue
        wrong += [f"{path}: {name}={v}" for v in values if not fits(v, known[name])]
        if known[name]["type"] != "array" and len(values) > 1:
            wrong.append(f"{path}: {name} is given twice")
    return wrong + body_problems(found, components, body)


def fits(value: str, schema: dict[str, Any]) -> bool:
    kind = schema["type"]
    if kind == "integer":
        return re.fullmatch(r"-?[0-9]+", value) is not None
    if kind == "boolean":
        return value in ("true", "false")
    return value in schema.get("enum", [value]) and value != ""


def body_problems(
    found: dict[str, Any], components: dict[str, Any], body: bytes | str | None
) -> list[str]:
    if "requestBody" not in found:
        return ["a body where Jira takes none"] if body else []
    content = found["requestBody"]["content"]
    if "multipart/form-data" in content:  # a file
        named = isinstance(body, bytes) and b'form-data; name="file"; filename="' in body
        return [] if named else ["a file that is not the form field 'file'"]
    schema = content["application/json"]["schema"]
    validator = Draft4Validator({**schema, **components})
    return [error.message[:300] for error in validator.iter_errors(json.loads(body or "null"))]


class Wire(requests.adapters.HTTPAdapter):
    """Sends requests on and keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *rest: Any, **more: Any) -> Any:
        self.sent.append(request)
        return super().send(request, *rest, **more)


def everything(gate: SiteTriage, person: Person) -> None:
    """All that Sluice ever asks of a Jira: triage, reconcile, report, check."""
    now = datetime.now(UTC)
    person.create("Where our capacity goes")
    issues = [person.create(f"Pay by invoice {n}", "40 customers ask.") for n in range(3)]
    assert gate.apply(gate.plan(gate.site.open(issues[0]), now)).status == "written"
    person.set(issues[0], summary="重构支付模块", **{"class": "Exploration"})
    assert gate.apply(gate.plan(gate.site.open("DEMO-2"), now)).status == "written"
    model = person.jira.model
    steps = [CommentStep("add", "", f"Answer {number}") for number in range(101)]  # two pages
    apply_comments(model, model.issue(issues[2]), steps, model.accounts.by_name["dev"])
    assert len(gate.site.open(issues[2]).answers) == 101
    for number in range(100):  # a second page
        values = {"summary": f"More {number}"}
        model.insert(model.projects["DEMO"], values, model.accounts.by_name["pm"])
    assert len(list(stale(gate, "DEMO", now))) == 104
    assert list(stale(gate, "DEMO", now, now))
    project = gate.projects["DEMO"]
    week = read_week(gate.site, project, now)
    assert post_week(gate.site, "DEMO-1", week, now.date()) == "added"
    assert post_week(gate.site, "DEMO-1", read_week(gate.site, project, now), now.date()) == "same"
    assert any(one.fields for one in type_screens(gate.site, "DEMO"))
    around_the_triage(gate, person, now)


def around_the_triage(gate: SiteTriage, person: Person, now: datetime) -> None:
    """What the check asks, a refused write, the counts of a backfill, records one by one."""
    site = gate.site
    assert missing_rights(site, "DEMO") == [] and persons_account(site, "DEMO") == ""
    for role in ("Users", "Nobody"):
        told = Telling(visibility={"type": "role", "value": role}, notify=False)
        assert bool([*telling_problems(site, "DEMO", told)]) is (role == "Nobody")
    assert site.count("project = DEMO") and site.place("DEMO") and site.id_of("DEMO-1")
    assert site.trouble(["DEMO"]) is None and site.priorities.listed and site.statuses()
    assert list(site.search("key = DEMO-2", records=1))
    issue = person.create("Invoices are late", "40 customers ask.")
    person.jira.model.hide_field("Sluice Score")
    assert gate.apply(gate.plan(site.open(issue), now)).left_out
    raw, _ = site.open_raw(issue)
    assert site.record_of(raw)


@pytest.mark.parametrize("deployment", SENDERS)
def test_every_request_of_ours_is_one_that_jira_describes(
    deployment: str, shared: Path, redis_url: str, tmp_path: Path
) -> None:
    folder = shared / "openapi"
    with Sandbox(deployment=deployment, context_path="/jira") as jira:
        settings = load(environment(jira, redis_url, tmp_path))
        gate = open_site_triage(settings.sites["main"], settings.of_site("main"))
        wire = Wire()
        gate.site._connection._jira._session.mount("http://", wire)
        everything(gate, Person(jira))
        gate.close()
    asked = {f"{r.method} {urlsplit(str(r.url)).path.rpartition('/')[2]}" for r in wire.sent}
    assert {"GET field", "GET myself", "GET editmeta", "GET 10001", "PUT 10001"} <= asked
    assert ("GET comment" in asked) is (deployment == "cloud")
    wrong = [
        problem
        for request in wire.sent
        for problem in problems(folder, str(request.method), str(request.url), request.body)
    ]
    assert wrong == []


def test_the_changelog_is_asked_for_as_jira_describes_it(shared: Path) -> None:
    with Sandbox() as jira:
        site, wire = reading(jira), Wire()
        site._connection._jira._session.mount("http://", wire)
        key = reopened_issue(jira, 250)
        site.open(key)
        list(site.search(f"key = {key}"))
    asked = [r for r in wire.sent if re.search("/status|changelog", str(r.url))]
    assert len(asked) == 7
    folder = shared / "openapi"
    assert [problems(folder, str(r.method), str(r.url), r.body) for r in asked] == [[]] * 7


def test_a_wrong_request_would_be_noticed(shared: Path) -> None:
    folder, root = shared / "openapi", "http://x/jira/rest/api/2"
    assert problems(folder, "GET", f"{root}/issue/A-1?propertees=sluice", None)
    assert problems(folder, "GET", f"{root}/issue/A-1?updateHistory=maybe", None)
    assert problems(folder, "GET", f"{root}/search?jql=a&startAt=first", None)
    assert problems(folder, "GET", f"{root}/myself", b"{}")
    assert problems(folder, "PUT", f"{root}/issue/A-1", b'{"properties": {"sluice": 1}}')
    assert problems(folder, "PUT", f"{root}/issue/A-1", b'{"update": {"comment": [{"put": 1}]}}')
    assert not problems(folder, "PUT", f"{root}/issue/A-1", b'{"fields": {}}')
    with pytest.raises(AssertionError, match="Jira has no"):
        problems(folder, "PATCH", f"{root}/issue/A-1", None)
