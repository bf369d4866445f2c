"""A week's page in the web: for who has the token or comes by the proxy, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sandbox import Sandbox
from tests.live import environment
from webhooks.app import create_app
from worker.settings.load import load
from worker.settings.settings import SettingsError
from worker.store.work_queue import Store

TOKEN = "a token of sixteen letters"
PAGE = "/report/DEMO/2026-W47"


def client(sandbox: Sandbox, redis_url: str, folder: Path, **more: str) -> FlaskClient:
    found = environment(sandbox, redis_url, folder) | more
    Store(redis_url, "main").pages.keep("DEMO", "2026-W47", "<h1>The week</h1>")
    return create_app(load(found)).test_client()


def test_without_a_token_or_a_header_there_is_no_such_page(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    assert client(sandbox, redis_url, tmp_path).get(PAGE).status_code == 404


def test_who_has_the_token_sees_the_page(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> None:
    web = client(sandbox, redis_url, tmp_path, SLUICE_REPORT_TOKEN=TOKEN)
    found = web.get(PAGE, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (found.status_code, found.text) == (200, "<h1>The week</h1>")
    assert found.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer 字", f"{TOKEN}"]
)
def test_who_has_not_is_turned_away(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, given: str
) -> None:
    web = client(sandbox, redis_url, tmp_path, SLUICE_REPORT_TOKEN=TOKEN)
    raw = given.encode().decode("latin-1")
    found = web.get(PAGE, headers={"Authorization": raw, "X-Forwarded-User": "ann"})
    assert found.status_code == 401 and "week" not in found.text


def test_a_proxy_that_names_a_person_is_let_in(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    web = client(sandbox, redis_url, tmp_path, SLUICE_REPORT_HEADER="X-Forwarded-User")
    assert web.get(PAGE, headers={"X-Forwarded-User": "ann"}).status_code == 200
    assert web.get(PAGE, headers={"X-Forwarded-User": " "}).status_code == 401


@pytest.mark.parametrize(
    "path", ["/report/DEMO/2026-W46", "/report/OPS/2026-W47", "/report/DEMO/..%2f..", "/report/D/x"]
)
def test_a_week_that_was_not_posted_is_not_found(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, path: str
) -> None:
    web = client(sandbox, redis_url, tmp_path, SLUICE_REPORT_TOKEN=TOKEN)
    found = web.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
    assert found.status_code == 404


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SLUICE_REPORT_TOKEN", "short", "is too short"),
        ("SLUICE_REPORT_HEADER", "X User", "is no name of a header"),
    ],
)
def test_a_careless_setting_is_refused(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, name: str, value: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=f"{name} {message}"):
        load(environment(sandbox, redis_url, tmp_path) | {name: value})
