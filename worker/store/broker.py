"""The door to the queue: put a triage into it in one step with a mark, and count what waits.

Celery sends and takes tasks by the library kombu, which keeps them in Redis under keys of its own.
Only this file knows the names of those keys and the form of a message. Everybody else asks Celery
(`worker/tasks.py`) or this file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from worker.store.redis import Connection, reachable

QUEUE = "sluice"
"""The name of the queue. kombu keeps its messages in a list of the same name."""

_UNACKED = "unacked"
"""The hash in which kombu keeps the messages that workers took and have not confirmed yet."""

_ISSUE, _TASK = "@issue@", "@task@"
"""Redis replaces them by the issue's id and the task's own id."""


class Broker:
    """The Redis that holds the queue: the store's own, or another one (`SLUICE_BROKER_URL`)."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)

    def waiting(self) -> int:
        """Return how many tasks of all sites wait or are under way. Raises StoreDown."""
        with reachable():
            redis = self._connection.client
            return redis.llen(QUEUE) + redis.hlen(_UNACKED)


def template(sent: Mapping[str, Any], site: str) -> str:
    """Turn a triage's message, as Celery sent it, into one for any issue of a site.

    Celery takes half a millisecond to send a task, most of it to build the same message again; and
    between the mark and the message the process could die or lose Redis.
    """
    _, keywords, embedded = json.loads(base64.b64decode(sent["body"]))
    body = json.dumps([[site, _ISSUE, 1], keywords, embedded])
    headers = {"id": _TASK, "root_id": _TASK, "argsrepr": f"('{site}', '{_ISSUE}', 1)"}
    properties = {"correlation_id": _TASK, "delivery_tag": _TASK, "body_encoding": None}
    return json.dumps(
        {
            **sent,
            "body": body,
            "headers": {**sent["headers"], **headers},
            "properties": {**sent["properties"], **properties},
        }
    )


def push(message: str) -> str:
    """Return Lua that queues such a message for `issue` under the id `task`; nothing for ""."""
    if not message:
        return ""
    return f"""
  local message = [==[{message}]==]
  message = message:gsub('{_ISSUE}', issue):gsub('{_TASK}', task)
  redis.call('LPUSH', '{QUEUE}', message)
"""
