"""Read and fill the queue in Redis: queue a triage in one step with its mark, count the tasks.

Celery sends and takes tasks by the library kombu, which keeps them in Redis under its own keys.
Only this file knows those keys and the form of a message.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from worker.store.redis import Connection, reachable

QUEUE = "sluice"
"""The name of the queue, and of the list in which kombu keeps its messages."""

_UNACKED = "unacked"
"""The hash in which kombu keeps the messages that workers have not acknowledged yet."""

_ISSUE, _TASK = "@issue@", "@task@"
"""Redis replaces them by the ids of the issue and of the task."""


class Broker:
    """The Redis that holds the queue: the store's own, or another one (`SLUICE_BROKER_URL`)."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)

    def waiting(self) -> int:
        """Return the number of tasks of all sites, queued or running. Raises StoreDown."""
        with reachable():
            redis = self._connection.client
            return redis.llen(QUEUE) + redis.hlen(_UNACKED)


def template(sent: Mapping[str, Any], site: str) -> str:
    """Turn a message of Celery into a template for any issue of a site.

    Celery takes half a millisecond to send a task, mostly to build the same message again. And the
    process could die between the mark and the message.
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


def push(message: str, first: bool = False) -> str:
    """Return Lua that queues the message for `issue` with the id `task`; "" for no message.

    `first`: ahead of all others. Workers take from the right end.
    """
    if not message:
        return ""
    return f"""
  local message = [==[{message}]==]
  message = message:gsub('{_ISSUE}', issue):gsub('{_TASK}', task)
  redis.call('{"RPUSH" if first else "LPUSH"}', '{QUEUE}', message)
"""
