"""Read what the settings take from the environment: addresses of Redis, secrets, keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from rules.problem import Problem
from worker.link.address import EXAMPLE, problem
from worker.settings.settings import ReportAccess

REPORT_TOKEN, REPORT_HEADER = "SLUICE_REPORT_TOKEN", "SLUICE_REPORT_HEADER"
LEAST_TOKEN = 16

DEFAULT_REDIS = EXAMPLE


class Environment:
    """The variables of the environment; what is wrong with them is added to `problems`."""

    def __init__(self, environ: Mapping[str, str], problems: list[Problem]) -> None:
        self._environ, self._problems = environ, problems

    def get(self, variable: str) -> str:
        """Return the value of a variable, an empty text if it is not set."""
        return self._environ.get(variable, "")

    def report_access(self) -> ReportAccess:
        """Return who may see the page of a week. Without both variables nobody may."""
        token = self._environ.get(REPORT_TOKEN, "").strip()
        header = self._environ.get(REPORT_HEADER, "").strip()
        if token and len(token) < LEAST_TOKEN:
            self.wrong(REPORT_TOKEN, f"is too short: use at least {LEAST_TOKEN} characters")
        if header and not re.fullmatch(r"[A-Za-z0-9-]{1,80}", header):
            self.wrong(REPORT_HEADER, "is no name of a header: write X-Forwarded-User")
        return ReportAccess(token, header)

    def redis(self, variable: str, default: str) -> str:
        """Return the address of a Redis."""
        url = self._environ.get(variable) or default
        if url != default and (wrong := problem(url)):
            self.wrong(variable, wrong)
        return url

    def secrets(self, site: str) -> tuple[str, str]:
        """Return a site's token and the secret of its webhook."""
        token = self._secret(site, "TOKEN", "the site's API token or personal access token")
        return token, self._secret(site, "SECRET", "the secret of the site's webhook")

    def old_secret(self, site: str) -> str:
        """Return the secret that the site's webhook may still be signed with, or an empty text."""
        return self._checked(variable_of(site, "SECRET_OLD"), "the former secret of the webhook")

    def _secret(self, site: str, what: str, about: str) -> str:
        variable = variable_of(site, what)
        value = self._checked(variable, about)
        if not value:
            self.wrong(variable, f"is not set: set it to {about}")
        return value

    def _checked(self, variable: str, about: str) -> str:
        value = self._environ.get(variable, "").strip()
        if not value.isascii() or (value and not value.isprintable()):
            self.wrong(variable, f"has an invalid character: copy {about} again")
        return value

    def wrong(self, variable: str, message: str) -> None:
        """Report a variable."""
        self._problems.append(Problem("environment", 0, f"{variable} {message}"))


def variable_of(site: str, what: str = "TOKEN") -> str:
    """Return the name of a site's variable."""
    return f"SLUICE_{re.sub('[^A-Z0-9]', '_', site.upper())}_{what}"


def split_address(url: str) -> SplitResult | None:
    """Return the parts of an address, or None if it is malformed, such as a port of letters."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None


def wrong_address(url: str, variable: str) -> str:
    """Return what is wrong with the address of a site, or an empty text.

    The message does not repeat the address: it may hold a password, which belongs into `variable`.
    """
    parts = split_address(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return '"url" is not an address: write one such as https://example.atlassian.net'
    if parts.username is not None:
        return f'"url" holds a user or password: remove it, and set {variable} instead'
    if parts.query or parts.fragment:
        return '"url" has a query or fragment: remove the part from ? or # on'
    return ""
