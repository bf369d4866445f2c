"""Changes of the site by its own routes."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Client


def change(client: Client, sandbox: Sandbox, what: str, **wanted: object) -> int:
    answer = client.post(f"{sandbox.url}/sandbox/site/{what}", wanted)
    return answer.status_code


@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("project", {"key": "TEAM", "style": "next-gen"}),
        ("rename-project", {"old": "DEMO", "new": "SHOP"}),
        ("field", {"name": "Story point estimate", "kind": "points", "project": "DEMO"}),
        ("hide-field", {"name": "Sluice Score", "project": "DEMO", "issue_type": "Bug"}),
        ("show-field", {"name": "Sluice Score"}),
        ("rename-field", {"name": "Story Points", "new": "Punkte"}),
        ("hide-option", {"name": "Sluice Class", "value": "Exploration", "project": "DEMO"}),
        ("lock-status", {"name": "Done"}),
        ("take-right", {"name": "sluice", "right": "EDIT_OWN_COMMENTS", "project": "DEMO"}),
        ("leave-role", {"name": "sluice", "role": "Developers"}),
        ("language", {"name": "sluice", "language": "de"}),
        ("site-language", {"language": "zh"}),
        ("replace-account", {"name": "dev", "by": "dev2", "display": "Dan again"}),
        ("renumber", {"keep_properties": False}),
        ("copy", {"issue": "DEMO-1", "account": "robot"}),
    ],
)
def test_each_change_can_be_made_from_a_shell(
    sandbox: Sandbox, client: Client, what: str, wanted: dict[str, object]
) -> None:
    client.create()
    assert change(client, sandbox, what, **wanted) in (201, 204)


@pytest.mark.parametrize(
    ("what", "wanted", "status"),
    [
        ("fly", {}, 404),
        ("hide-field", {"name": "Nothing"}, 400),
        ("hide-field", {"field": "Sluice Score"}, 400),
        ("hide-option", {"name": "Sluice Class", "value": "Nothing"}, 400),
        ("language", {"name": "sluice", "language": "tlh"}, 400),
        ("language", {"name": "nobody", "language": "de"}, 400),
        ("site-language", {"language": "tlh"}, 400),
        ("copy", {"issue": "NO-1"}, 404),
        ("copy", {"issue": ["DEMO-1"]}, 400),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(
    sandbox: Sandbox, client: Client, what: str, wanted: dict[str, object], status: int
) -> None:
    assert change(client, sandbox, what, **wanted) == status
