"""A Celery message made ready once, so that marking an issue and queueing it are one step in Redis.

Celery takes half a millisecond to send a task, most of it to build the same message again, and
between the mark and the message the process could die or lose Redis.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

ISSUE, TASK = "@issue@", "@task@"
"""What Redis puts the issue's id and the task's own id in place of."""


def template(sent: Mapping[str, Any], site: str) -> str:
    """A message of `triage` as Celery sent it → the same for any issue of a site."""
    _, keywords, embedded = json.loads(base64.b64decode(sent["body"]))
    body = json.dumps([[site, ISSUE, 1], keywords, embedded])
    headers = {"id": TASK, "root_id": TASK, "argsrepr": f"('{site}', '{ISSUE}', 1)"}
    properties = {"correlation_id": TASK, "delivery_tag": TASK, "body_encoding": None}
    return json.dumps(
        {
            **sent,
            "body": body,
            "headers": {**sent["headers"], **headers},
            "properties": {**sent["properties"], **properties},
        }
    )
