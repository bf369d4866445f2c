"""Write the log: lines for people, or one JSON object a line, with the id of the webhook.

The only door to `structlog`. The other rooms log by `logging.getLogger("sluice")`. `delivery_of`
binds the id of the webhook that caused the work: each line of its triage has it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TextIO

import structlog

Format = Literal["text", "json"]
FORMATS: tuple[Format, ...] = ("text", "json")

_QUIET = ("waitress.queue",)
"""waitress warns of each request that waits for a thread: `/metrics` tells of load."""


def configure(form: Format, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Let the root logger write in a form; Celery leaves it alone (`worker_hijack_root_logger`)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


@contextmanager
def delivery_of(delivery: str, **more: str) -> Iterator[None]:
    """Bind the id of a webhook, and more, to all lines of the block; "" binds nothing."""
    bound = {name: value for name, value in {"delivery": delivery, **more}.items() if value}
    with structlog.contextvars.bound_contextvars(**bound):
        yield


def _formatter(form: Format) -> logging.Formatter:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(allow={"delivery"}),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        last += [structlog.processors.format_exc_info, _line]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last)


def _line(_: object, __: str, event: dict[str, Any]) -> str:
    """Return a line for people: time, level, message, then what is bound, then a traceback."""
    known = ("timestamp", "level", "event", "logger", "exception")
    time, level, text, _logger, trace = (str(event.get(name, "")) for name in known)
    bound = "".join(f" {name}={value}" for name, value in event.items() if name not in known)
    return f"{time} {level.upper()} {text}{bound}" + (f"\n{trace}" if trace else "")
