"""Triage an issue at a sandbox Jira with the Sluice of this folder, and report the week.

Takes JSON: `book` (path), `languages`, `issue` (its fields), `options` (field → new options, which
an admin would add in Jira), `targets`, `done` (whether the work is finished before the report).
Prints, by language, what then stands on the issue, and the weekly report.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from sandbox import Sandbox
from worker.jobs.week import read_week
from worker.settings.load import load
from worker.triage.site_triage import open_site_triage


def main() -> None:
    asked = json.loads(sys.argv[1])
    print(json.dumps({one: triage(one, asked) for one in asked["languages"]}))


def triage(language: str, asked: dict[str, Any]) -> dict[str, Any]:
    with Sandbox() as jira:
        for field, options in asked.get("options", {}).items():
            add_options(jira, field, options)
        settings = load(environment(jira, language, asked))
        project = settings.projects["DEMO"]
        gate = open_site_triage(settings.sites["main"], settings.projects)
        issue = call(jira, "POST", "2/issue", {"fields": fields(asked["issue"])})["id"]
        gate.apply(gate.plan(gate.site.open(issue), datetime.now(UTC)))
        if asked.get("done"):
            finish(jira, issue)
        until = datetime.now(UTC) + timedelta(hours=1)
        report = read_week(gate.site, project, until).comment
        gate.close()
        return {**seen(jira, issue), "report": report}


def fields(issue: dict[str, Any]) -> dict[str, Any]:
    return {"project": {"key": "DEMO"}, "issuetype": {"name": "Task"}, **issue}


def call(jira: Any, method: str, path: str, body: object = None) -> Any:
    answer = requests.request(
        method,
        f"{jira.url}/rest/api/{path}",
        json=body,
        headers=jira.authorization("pm"),
        timeout=30,
    )
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def add_options(jira: Any, field: str, options: list[str]) -> None:
    body = {"options": [{"value": option} for option in options]}
    call(jira, "POST", f"3/field/{field_id(jira, field)}/context/1/option", body)


def field_id(jira: Any, name: str) -> str:
    return next(str(f["id"]) for f in call(jira, "GET", "2/field") if f["name"] == name)


def finish(jira: Any, issue: str) -> None:
    moves = call(jira, "GET", f"2/issue/{issue}/transitions")["transitions"]
    done = next(move for move in moves if move["to"]["statusCategory"]["key"] == "done")
    call(jira, "POST", f"2/issue/{issue}/transitions", {"transition": {"id": done["id"]}})


def seen(jira: Any, issue: str) -> dict[str, Any]:
    raw = call(jira, "GET", f"2/issue/{issue}")["fields"]
    return {
        "class": raw[field_id(jira, "Sluice Class")]["value"],
        "gate": raw[field_id(jira, "Sluice Gate")]["value"],
        "comment": raw["comment"]["comments"][0]["body"],
    }


def environment(jira: Any, language: str, asked: dict[str, Any]) -> dict[str, str]:
    config = {
        "sites": {"main": {"url": jira.url, "kind": "cloud", "email": "sluice@example.com"}},
        "projects": {
            "DEMO": {
                "book": asked["book"],
                "language": language,
                "capacity": {"unit": "count"},
                **({"targets": asked["targets"]} if "targets" in asked else {}),
            }
        },
    }
    path = Path("sluice.yaml")
    path.write_text(json.dumps(config), "utf-8")
    secrets = {"SLUICE_MAIN_TOKEN": "token-sluice", "SLUICE_MAIN_SECRET": "a secret"}
    return {"SLUICE_CONFIG": str(path.resolve()), **secrets}


if __name__ == "__main__":
    main()
