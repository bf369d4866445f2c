"""The webhooks that a site lists, wherever its Jira keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from connector.setup.webhooks import listed_webhooks, webhook_problems
from sandbox import Sandbox
from tests.connector.test_client import site_at

HOOK = "https://sluice.example/webhooks/main"


@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
def test_the_webhooks_of_either_jira_are_listed_to_an_admin(kind: Any) -> None:
    with Sandbox(deployment=kind) as jira:
        jira.webhooks.add(HOOK, "secret")
        site = site_at(jira.url, kind)
        listed = listed_webhooks(site)
        assert listed is not None
        assert [one["url"] for one in listed] == [HOOK]
        assert webhook_problems(listed, "main") == []
        (hook,) = jira.webhooks.all()
        hook.enabled = False
        assert "is switched off" in webhook_problems(listed_webhooks(site) or [], "main")[0]
        jira.model.take_right("sluice", "ADMINISTER")
        assert listed_webhooks(site) is None
