"""How the sandbox answers: JSON bodies, and Jira's shape of an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from flask import Response, request

from sandbox.state.refused import refuse

JSON_TYPE = "application/json;charset=UTF-8"


def dumps(value: Any) -> bytes:
    """A value as compact UTF-8 JSON, as Jira sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    response = Response(dumps(value), status, mimetype=None, content_type=JSON_TYPE)
    if headers:
        response.headers.update(headers)
    return response


def nothing(status: int = 204) -> Response:
    """An answer without a body."""
    return Response(b"", status)


def read_json(*, required: bool = True) -> Any:
    """The JSON of the request's body; 400 in Jira's words when it is not JSON."""
    raw = request.get_data()
    if not raw.strip():
        if required:
            refuse(400, "No content to map to Object due to end of input")
        return {}
    return parse_json(raw)


def parse_json(raw: bytes) -> Any:
    """Bytes to JSON, refusing what is not JSON or could not be sent back as UTF-8."""
    try:
        value = json.loads(raw, parse_constant=_no_constant)
        if b"\\ud" in raw or b"\\uD" in raw:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        refuse(400, "There was an error parsing JSON. Check that your request body is valid.")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read_object(*, required: bool = True) -> dict[str, Any]:
    """The JSON object of the request's body; 400 when it is JSON of another kind."""
    value = read_json(required=required)
    if not isinstance(value, dict):
        refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return value


def query_int(name: str, default: int, *, top: int | None = None) -> int:
    """A whole number ≥ 0 from the query string, capped at `top`; 400 when it is not one."""
    return whole(name, request.args.get(name), default, top=top)


def whole(name: str, raw: Any, default: int, *, top: int | None = None) -> int:
    """`raw` as a whole number ≥ 0, capped at `top`; 400 when it is not one."""
    if raw is None or raw == "":
        return default
    try:
        if isinstance(raw, bool):
            raise ValueError
        number = int(raw)
    except (TypeError, ValueError, OverflowError):
        refuse(400, f"The value of '{name}' must be a whole number.")
    if not 0 <= number < 1 << 31:
        refuse(400, f"The value of '{name}' must be between 0 and 2147483647.")
    return number if top is None else min(number, top)


def words(raw: Any) -> list[str]:
    """A list given as JSON array, or with commas in a string, as a list of words."""
    if raw is None:
        return []
    parts = raw if isinstance(raw, list) else [raw]
    return [w.strip() for part in parts for w in str(part).split(",") if w.strip()]
