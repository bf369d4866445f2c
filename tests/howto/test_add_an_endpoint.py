"""CONTRIBUTING, "How to add an endpoint of the sandbox": done with `GET version/{id}`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice
from tests.sandbox.rest.test_openapi_shapes import problems_of

pytestmark = pytest.mark.slow

ROUTES = "sandbox/rest/projects.py"
ROUTE = """
def _version(api: Blueprint, model: Model) -> None:
    @api.get("/version/<ident>")
    def read_version(ident: str) -> Response:
        found = [v for p in model.projects.values() for v in p.versions if v["id"] == ident]
        if not found:
            refuse(404, f"Could not find version for id '{ident[:50]}'")
        return answer(found[0])


"""

ASK = """
import json

import requests
from jira import JIRA
from jira.exceptions import JIRAError
from sandbox import Sandbox

with Sandbox() as site:
    jira = JIRA(site.url, basic_auth=("sluice@example.com", "token-sluice"), max_retries=0)
    made = jira.create_version("1.0", "DEMO")
    header = site.authorization("pm")
    there = f"{site.url}/rest/api/2/version/{made.id}"
    nowhere = f"{site.url}/rest/api/2/version/404"
    answers = [requests.get(url, headers=header, timeout=30) for url in (there, nowhere)]
    try:
        jira.version("404")
        refused = None
    except JIRAError as error:
        refused = [error.status_code, error.text]
    found = {
        "answers": [[answer.status_code, answer.json()] for answer in answers],
        "unsigned": requests.get(there, timeout=30).status_code,
        "name": jira.version(made.id).name,
        "refused": refused,
        "log": site.log.count(method="GET", path="/rest/api/2/version/{ident}"),
    }
print(json.dumps(found))
"""


def ask_with_the_endpoint(copy: CopyOfSluice) -> Any:
    """Add the endpoint as the how-to says, and ask it over HTTP and by the library."""
    copy.insert(ROUTES, "def _owner_and_name(", ROUTE.strip("\n") + "\n\n")
    copy.insert(ROUTES, "_create_meta(api, state.model)", "    _version(api, state.model)")
    return json.loads(copy.run(ASK))


def test_an_endpoint_takes_one_file_and_the_jira_library_reads_it(copy: CopyOfSluice) -> None:
    found = ask_with_the_endpoint(copy)
    assert copy.touched == {ROUTES}
    (status, version), (missing, error) = found["answers"]
    assert (status, version["name"], version["released"]) == (200, "1.0", False)
    assert (missing, error["errors"]) == (404, {})
    assert found["name"] == "1.0"
    assert found["refused"] == [404, "Could not find version for id '404'"]
    # As each route, it asks who is there and stands in the log by its address.
    assert found["unsigned"] == 401
    assert found["log"] == 4 + 1


def test_its_answers_have_the_shapes_of_the_openapi_document(
    copy: CopyOfSluice, shared: Path
) -> None:
    (_, version), (_, error) = ask_with_the_endpoint(copy)["answers"]
    document = shared / "openapi" / "jira-cloud-v2.json"
    assert not problems_of(document, "Version", version)
    assert not problems_of(document, "ErrorCollection", error)
