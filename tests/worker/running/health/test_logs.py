"""The log: lines for people or for machines, with the id of the webhook from door to write."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.live import Live, live
from worker.running.health.logs import Format, configure, delivery_of
from worker.tasks import triage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


def logged(form: Format, **bound: str) -> str:
    stream = io.StringIO()
    configure(form, "INFO", stream)
    with delivery_of(bound.pop("delivery", ""), **bound):
        logging.getLogger("sluice").info("%s is %s", "DEMO-1", "written")
    return stream.getvalue()


def test_a_line_for_machines_has_time_level_logger_and_the_webhook() -> None:
    (line,) = logged("json", delivery="d1").splitlines()
    found: dict[str, Any] = json.loads(line)
    assert found.pop("timestamp").endswith("Z")
    assert found == {
        "event": "DEMO-1 is written",
        "level": "info",
        "logger": "sluice",
        "delivery": "d1",
    }


def test_a_line_for_people_ends_with_what_is_bound() -> None:
    assert logged("text", delivery="d1").endswith("Z INFO DEMO-1 is written delivery=d1\n")
    assert logged("text").endswith("Z INFO DEMO-1 is written\n")


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_has_its_traceback_and_json_stays_one_line(form: Format) -> None:
    stream = io.StringIO()
    configure(form, "INFO", stream)
    try:
        raise ValueError("no\nwhere")
    except ValueError:
        logging.getLogger("sluice").exception("it failed")
    said = stream.getvalue()
    assert "ValueError: no" in said and "it failed" in said
    assert form == "text" or len(said.splitlines()) == 1


def test_the_depth_of_waitress_is_not_the_log() -> None:
    stream = io.StringIO()
    configure("text", "INFO", stream)
    logging.getLogger("waitress.queue").warning("Task queue depth is 3")
    assert stream.getvalue() == ""


def test_the_id_of_a_webhook_comes_to_the_line_of_its_write(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    with live(sandbox, redis_url, tmp_path) as sluice:
        sluice.person.create("The issue of the weekly report")
        issue, stream = _marked(sluice, "delivery-7"), io.StringIO()
        configure("json", "INFO", stream)
        assert triage(site="main", issue_id=issue) == "written"
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        (written,) = [line for line in lines if "written by" in line["event"]]
        assert written["delivery"] == "delivery-7"
        sluice.store.requeue(issue)
        assert sluice.store.begin(issue).delivery == "", "no webhook asked for this one"


def _marked(sluice: Live, delivery: str) -> str:
    issue = sluice.person.create("The checkout is slow")
    sluice.store.admit(issue, delivery)
    return issue
