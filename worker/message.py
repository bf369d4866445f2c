"""A Celery message made ready once, so that queueing costs one small write and no more.

Celery takes half a millisecond to send a task, most of it spent on building the same message
again. The web process has the time of a webhook for all it does.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def template(sent: Mapping[str, Any]) -> Callable[[Sequence[object]], str]:
    """A message as Celery sent it → a function that gives the same with other arguments."""
    headers, properties = dict(sent["headers"]), dict(sent["properties"])
    _, keywords, embedded = json.loads(base64.b64decode(sent["body"]))

    def message(arguments: Sequence[object]) -> str:
        name = str(uuid.uuid4())
        body = json.dumps([arguments, keywords, embedded]).encode()
        own = {"id": name, "root_id": name, "argsrepr": repr(tuple(arguments))}
        tags = {"correlation_id": name, "delivery_tag": str(uuid.uuid4())}
        parts = {"headers": {**headers, **own}, "properties": {**properties, **tags}}
        return json.dumps({**sent, **parts, "body": base64.b64encode(body).decode()})

    return message
