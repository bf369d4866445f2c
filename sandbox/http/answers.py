"""Read JSON bodies and write JSON answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from flask import Response, g, has_request_context, request

from sandbox.state.languages import translated
from sandbox.state.refusals import refuse

SELF = re.compile(rb'("self":"[^"/]*//[^"/]*(?:/[^"/]+)?)/rest/api/2/')
JSON_TYPE = "application/json;charset=UTF-8"


def dumps(value: Any) -> bytes:
    """Return compact UTF-8 JSON, as Jira sends it; half of a character is sent escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer, in the language of the account that asks."""
    language = g.get("language", "en") if has_request_context() else "en"
    value = value if language == "en" else translated(value, language)
    body = dumps(value)
    if has_request_context() and g.get("version") == "3":
        body = SELF.sub(rb"\1/rest/api/3/", body)
    response = Response(body, status, mimetype=None, content_type=JSON_TYPE)
    if headers:
        response.headers.update(headers)
    return response


def nothing(status: int = 204) -> Response:
    """Return an answer without a body."""
    return Response(b"", status)


def read_json(*, required: bool = True) -> Any:
    """Return the JSON of the request's body; 400 with Jira's message if it is not JSON."""
    raw = request.get_data()
    if not raw.strip():
        if required:
            refuse(400, "No content to map to Object due to end of input")
        return {}
    return parse_json(raw)


def parse_json(raw: bytes) -> Any:
    """Parse JSON; 400 if it is not JSON or has no UTF-8 form."""
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
    """Return the JSON object of the request's body; 400 if it is another kind of JSON."""
    value = read_json(required=required)
    if not isinstance(value, dict):
        refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return value


def query_int(name: str, default: int, *, top: int | None = None) -> int:
    """Return a whole number ≥ 0 of the query string, at most `top`; 400 if it is anything else."""
    return whole(name, request.args.get(name), default, top=top)


def whole(name: str, raw: Any, default: int, *, top: int | None = None) -> int:
    """Return `raw` as a whole number ≥ 0, at most `top`; 400 if it is anything else."""
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
    """Return the words of a JSON array, or of a string with commas."""
    if raw is None:
        return []
    parts = raw if isinstance(raw, list) else [raw]
    return [w.strip() for part in parts for w in str(part).split(",") if w.strip()]
