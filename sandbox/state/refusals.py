"""Refuse a request with Jira's status and message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn


class Refused(Exception):
    """A request that Jira refuses: status, messages, and errors by field."""

    def __init__(
        self,
        status: int,
        messages: list[str] | None = None,
        errors: dict[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, messages, errors)
        self.status = status
        self.messages = messages or []
        self.errors = errors or {}
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """Return the body of Jira's error answer (its ErrorCollection)."""
        return {"errorMessages": self.messages, "errors": self.errors}


def refuse(status: int, message: str) -> NoReturn:
    """Raise an error answer with one message."""
    raise Refused(status, [message])


def refuse_field(field: str, message: str) -> NoReturn:
    """Raise a 400 with an error for one field."""
    raise Refused(400, [], {field: message})
