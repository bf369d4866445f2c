"""What is fuzzed: each target takes bytes, and raises only what Sluice must never raise."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.demo_run.redis_server import RedisServer
from connector.changelog import Statuses
from connector.comment.wiki_text import escape, firm
from connector.issue.read_issue import read_issue
from connector.layout.field_mapping import Layout, Slot
from connector.layout.points import Points
from fuzz import seeds, words
from fuzz.watch import Broken
from rules.assess.judge import Judge
from rules.assess.language import language_of
from rules.facts.facts import Facts
from rules.facts.jsonl import issue_from_row
from rules.facts.statements.reader import read_statements
from rules.facts.text_metrics import read as read_metrics
from rules.jql.compiler import Condition, compile_condition, predicate, vocabulary
from rules.jql.parser import parse
from rules.jql.syntax_tree import QueryError
from rules.lint.lint import lint
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import RulebookError
from webhooks.app import create_app
from webhooks.delivery import BadDelivery, BadSignature, Delivery
from worker.settings.load import load as load_settings
from worker.settings.settings import WORDS
from worker.store.work_queue import Store
from worker.tasks import this_process

Run = Callable[[bytes], object]

NOW = datetime(2026, 11, 30, tzinfo=UTC)
SECRET, OLD = "the-secret", "the-old-secret"
_ANSWERS = frozenset({202, 400, 401, 404, 405, 413, 415})
_MOST_KEPT = 2_000
"""After so many webhooks the queue is emptied: nobody works on it."""

_LAYOUT = Layout(
    kind=Slot("customfield_1", "Sluice Class", option=True),
    score=Slot("customfield_2", "Sluice Score"),
    verdict=Slot("customfield_3", "Sluice Gate"),
    words=WORDS,
    account="me",
    points=Points({"customfield_4": "Story Points"}),
    custom={"size": "customfield_6", "team": "customfield_7"},
    statuses=Statuses.of([{"id": "5", "name": "Done", "statusCategory": {"key": "done"}}]),
    growth=True,
    agile={"sprint": "customfield_5"},
)
_ROWS: tuple[dict[str, Any], ...] = (
    {"key": "A-1", "summary": "Refactor the importer", "description": seeds.TEXTS[1], "votes": 7},
    {
        "key": "A-2",
        "summary": "退款两次",
        "description": seeds.TEXTS[2],
        "type": "缺陷",
        "labels": ["x"],
    },
    {"key": "A-3", "summary": ""},
)


@dataclass(frozen=True)
class Target:
    """A parser: how to open it, its seeds, words to put in, and its share of all inputs."""

    open: Callable[[], AbstractContextManager[Run]]
    seeds: Sequence[bytes]
    words: Sequence[str]
    share: float


def text_of(data: bytes) -> str:
    """Return a text as JSON can hold it: halves of surrogate pairs, too."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


@contextmanager
def _delivery() -> Iterator[Run]:
    def run(data: bytes) -> None:
        mac = hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()
        signed = {
            "X-Hub-Signature": f"sha256={mac}",
            "X-Atlassian-Webhook-Identifier": text_of(data[:300]),
        }
        for headers in (signed, {"X-Hub-Signature": text_of(data)}):
            try:
                taken = Delivery.from_http(headers, data, SECRET, OLD)
            except (BadDelivery, BadSignature):
                continue
            # What is taken goes into Redis.
            "".join((taken.id, taken.actor, *taken.issue_ids)).encode()

    yield run


@contextmanager
def _door() -> Iterator[Run]:
    """Open the whole WSGI app over a real Redis."""
    with tempfile.TemporaryDirectory() as name, RedisServer(Path(name), own_session=True) as redis:
        config = Path(name) / "sluice.yaml"
        config.write_text(
            "sites:\n  main: {url: 'http://127.0.0.1:9', kind: cloud, email: a@b.c, start: now}\n"
            "projects:\n  SHOP: {book: default}\n",
            encoding="utf-8",
        )
        env = {
            "SLUICE_CONFIG": str(config),
            "SLUICE_REDIS_URL": redis.url,
            "SLUICE_BROKER_URL": redis.url,
        }
        env |= {
            "SLUICE_MAIN_TOKEN": "t",
            "SLUICE_MAIN_SECRET": SECRET,
            "SLUICE_MAIN_SECRET_OLD": OLD,
        }
        app, store, count = create_app(load_settings(env)), Store(redis.url, "main"), 0

        def run(data: bytes) -> None:
            nonlocal count
            count += 1
            if count % _MOST_KEPT == 0:
                store._redis.flushdb()
            _post(app.wsgi_app, data)

        try:
            yield run
        finally:
            this_process().close()


def _post(app: Any, data: bytes) -> None:
    status: list[str] = []
    said = b"".join(app(_environ(data), lambda found, _headers: status.append(found)))
    code = int(status[0].split()[0])
    if code not in _ANSWERS or said.count(b"\n") != 1 or len(said) > 300:
        raise Broken(f"answered {code}: {said[:300]!r}")


def _environ(data: bytes) -> dict[str, Any]:
    """Return a request with a body; how it is signed and sent follows from the body, too."""
    how = zlib.crc32(data) % 16
    secret = OLD if how == 1 else "guessed" if how == 2 else SECRET
    mac = hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()
    piece = data[:60].decode("latin-1")
    sign = {3: {}, 4: {"HTTP_X_HUB_SIGNATURE": piece}}.get(
        how, {"HTTP_X_HUB_SIGNATURE": f"sha256={mac}"}
    )
    more: dict[str, Any] = {5: {"CONTENT_LENGTH": piece}, 6: {"HTTP_CONTENT_ENCODING": piece}}.get(
        how, {}
    )
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": f"/webhooks/{piece if how == 7 else 'main'}",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.input": io.BytesIO(data),
        "CONTENT_LENGTH": str(len(data)),
        "HTTP_X_ATLASSIAN_WEBHOOK_IDENTIFIER": piece if how > 7 else mac,
        **sign,
        **more,
    }


@contextmanager
def _books() -> Iterator[Run]:
    issues = [issue_from_row(row, number) for number, row in enumerate(_ROWS, 1)]

    def run(data: bytes) -> None:
        try:
            book = parse_book(data, "book.yaml")
        except RulebookError as error:
            str(error)
            return
        for finding in lint(book, lambda _: ("book.yaml", 1)):
            str(finding)
        judge = Judge(book)
        try:
            for issue in issues:
                judge.assess(issue, NOW)
        finally:
            judge.close()

    yield run


@contextmanager
def _jql() -> Iterator[Run]:
    known = vocabulary()
    facts = [Facts(issue_from_row(row).fields, NOW) for row in _ROWS]

    def compiled(text: str) -> Condition | None:
        try:
            return compile_condition(parse(text), known)
        except QueryError as error:
            str(error)
            return None

    def run(data: bytes) -> None:
        condition = compiled(text_of(data))
        for one in condition.atoms.values() if condition else ():
            holds = predicate(one)
            for each in facts:
                holds(each)

    yield run


@contextmanager
def _reader() -> Iterator[Run]:
    def run(data: bytes) -> None:
        text = text_of(data)
        title, _, body = text.partition("\n")
        said = read_statements(title[:255], body or text)
        read_metrics(said)
        language_of(text)

    yield run


@contextmanager
def _wiki() -> Iterator[Run]:
    def run(data: bytes) -> None:
        text = text_of(data)
        line = escape(text)
        firm(text)
        if "\n" in line or "\r" in line:
            raise Broken("the escaped text has more than one line")

    yield run


@contextmanager
def _issue() -> Iterator[Run]:
    def run(data: bytes) -> None:
        try:
            raw = json.loads(data)
        except (ValueError, RecursionError):
            return
        if isinstance(raw, dict):
            read_issue(raw, _LAYOUT, NOW)

    yield run


TARGETS: dict[str, Target] = {
    "delivery": Target(_delivery, seeds.dumped(seeds.EVENTS), words.KEYS, 0.25),
    "door": Target(_door, seeds.dumped(seeds.EVENTS), words.KEYS, 0.10),
    "books": Target(_books, seeds.books(), (*words.YAML, *words.JQL), 0.03),
    "jql": Target(_jql, seeds.encoded(seeds.CONDITIONS), words.JQL, 0.15),
    "reader": Target(_reader, seeds.encoded(seeds.TEXTS), words.MARKS, 0.12),
    "wiki": Target(_wiki, seeds.encoded(seeds.MARKUP), words.SIGNS, 0.20),
    "issue": Target(_issue, seeds.dumped([seeds.ISSUE]), words.FIELDS, 0.15),
}
"""The targets by name. Their shares make 1; a rule file takes longest by far."""
