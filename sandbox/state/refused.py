"""Refuse a request in Jira's words, with Jira's status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn


class Refused(Exception):
    """A request that Jira answers with an error: a status, messages and errors by field."""

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
        """The body that Jira sends with an error (its ErrorCollection)."""
        return {"errorMessages": self.messages, "errors": self.errors}


def refuse(status: int, message: str) -> NoReturn:
    """Raise an error answer that has one message."""
    raise Refused(status, [message])


def refuse_field(field: str, message: str) -> NoReturn:
    """Raise a 400 that blames one field."""
    raise Refused(400, [], {field: message})
