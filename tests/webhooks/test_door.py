"""What the door refuses: it is counted by its reason, and leaves nothing in Redis."""

import gzip
import hashlib
import hmac
import io
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.live import SECRET, environment
from tests.waiting import until
from webhooks.app import create_app
from webhooks.door import MAX_BODY
from webhooks.measures import of_work
from worker.settings.load import load
from worker.store.trouble.deliveries import of_no_site
from worker.store.work_queue import Store

BODY = b'{"webhookEvent": "jira:issue_updated", "issue": {"id": "10001"}}'


class Client:
    """Calls the app as a server would."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def post(self, body: bytes, site: str = "main", sign: str = SECRET, **more: Any) -> int:
        mac = hmac.new(sign.encode(), body, hashlib.sha256).hexdigest()
        status = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/webhooks/{site}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **({"HTTP_X_HUB_SIGNATURE": f"sha256={mac}"} if sign else {}),
            **more,
        }
        (said,) = self.app(environ, lambda found, headers: status.append(found))
        assert said.count(b"\n") == 1 and len(said) < 200
        return int(status[0].split()[0])


@pytest.fixture
def client(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> Client:
    env = environment(sandbox, redis_url, tmp_path)
    return Client(create_app(load({**env, "SLUICE_MAIN_SECRET_OLD": "before"})))


@pytest.fixture
def store(redis_url: str) -> Store:
    return Store(redis_url, "main")


@pytest.mark.parametrize(
    ("status", "reason", "how"),
    [
        (401, "no signature", {"sign": ""}),
        (401, "wrong signature", {"sign": "guessed"}),
        (400, "malformed", {"body": b"{}"}),
        (400, "malformed", {"body": b"\xff"}),
        (400, "malformed", {"body": b'{"issue":' * 9999}),
        (413, "too large", {"CONTENT_LENGTH": str(MAX_BODY + 1)}),
        (415, "encoding", {"body": gzip.compress(BODY), "HTTP_CONTENT_ENCODING": "gzip"}),
        (415, "encoding", {"HTTP_CONTENT_ENCODING": "br, gzip"}),
    ],
)
def test_what_is_refused_is_counted_by_its_reason(
    client: Client, store: Store, status: int, reason: str, how: dict[str, Any]
) -> None:
    assert client.post(**{"body": BODY, **how}) == status
    until(lambda: store.deliveries.seen().counts == {reason: 1})
    assert store._redis.llen("sluice") == 0


@pytest.mark.parametrize("site", ["other", "MAIN", "main/x", "ma\u00edn", "x" * 9999, "\xff"])
def test_a_site_that_is_not_in_the_settings_is_counted_for_none(
    client: Client, store: Store, redis_url: str, site: str
) -> None:
    assert client.post(BODY, site=site) == 404
    until(lambda: of_no_site(redis_url).seen().counts == {"unknown site": 1})
    assert store.deliveries.seen().counts == {}
    (rows,) = [m.rows for m in of_work({"main": store}) if m.name == "sluice_webhooks_refused"]
    assert [*rows] == [(("", "unknown_site"), 1.0)]


def test_deliveries_without_a_signature_leave_no_key_for_each(client: Client, store: Store) -> None:
    before = store._redis.dbsize()
    for number in range(2000):
        name = f"{number}-" + "x" * 9999
        assert client.post(BODY, sign="no", HTTP_X_ATLASSIAN_WEBHOOK_IDENTIFIER=name) == 401
    until(lambda: store.deliveries.seen().counts == {"wrong signature": 2000})
    assert store._redis.dbsize() <= before + 1


def test_a_length_that_is_no_number_is_an_empty_body(client: Client) -> None:
    for odd in ("", "-1", "1e3", "\u0661", "0x10"):
        assert client.post(BODY, CONTENT_LENGTH=odd) == 401


def test_the_secret_in_use_is_remembered_while_there_are_two(client: Client, store: Store) -> None:
    assert client.post(BODY, sign="before") == 202
    assert store.deliveries.seen().secret == "old"
    assert client.post(BODY) == 202
    assert store.deliveries.seen().secret == "new"
