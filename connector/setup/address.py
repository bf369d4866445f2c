"""Say what is wrong with the address of a site, after a sign-in failed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests import RequestException, Response
from requests.exceptions import ProxyError
from requests.utils import get_environ_proxies, select_proxy

from connector.http.connection import SCOPED, Account

TIMEOUT = (3.0, 5.0)

KINDS = {"Cloud": "cloud", "Server": "datacenter"}
"""The kinds of sites by `deploymentType` in `GET /rest/api/2/serverInfo`."""

_CONTEXT = re.compile(r'<meta[^>]*name="ajs-context-path"[^>]*content="(/[\w/.-]{1,100})"')


def wrong_address(account: Account) -> str:
    """Return what is wrong with address, kind or proxy, and how to mend it; empty if nothing is.

    It asks the site without signing in, so a wrong token does not matter.
    """
    try:
        told = _server_info(account.url)
    except ProxyError:
        return _of_the_proxy(account.url)
    except RequestException:
        return ""
    if told is not None:
        return _of_the_kind(account, told)
    for path in _paths(account.url):
        if _info_or_none(path) is not None:
            return f"there is a Jira at {path}: write `url: {path}` in sluice.yaml"
    return _of_scoped_tokens(account)


def _server_info(url: str) -> dict[str, Any] | None:
    """Return what a Jira says of itself at an address; None if no Jira answers there."""
    answer = _get(f"{url.rstrip('/')}/rest/api/2/serverInfo")
    try:
        found = answer.json() if answer.ok else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "baseUrl" in found else None


def _info_or_none(url: str) -> dict[str, Any] | None:
    try:
        return _server_info(url)
    except RequestException:
        return None


def _get(url: str) -> Response:
    return requests.get(url, timeout=TIMEOUT, headers={"Accept": "application/json, text/html"})


def _of_the_kind(account: Account, told: dict[str, Any]) -> str:
    kind = KINDS.get(str(told.get("deploymentType")))
    if kind is None or kind == account.kind:
        return ""
    sign_in = "`email:` and an API token" if kind == "cloud" else "a personal access token"
    return f"the site says that it is {_NAMES[kind]}: write `kind: {kind}`, and use {sign_in}"


_NAMES = {"cloud": "Jira Cloud", "datacenter": "Jira Data Center"}


def _of_the_proxy(url: str) -> str:
    proxy = select_proxy(url, get_environ_proxies(url)) or ""
    place = urlsplit(str(proxy))
    shown = urlunsplit((place.scheme, place.netloc.rpartition("@")[2], "", "", ""))
    names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
    named = next((name for name in names if os.environ.get(name) == proxy), "the environment")
    return f"the proxy {shown} of {named} does not answer: correct it, or list the site in NO_PROXY"


def _paths(url: str) -> Iterator[str]:
    """Yield addresses where the Jira may be, if its context path was left out or is too much."""
    place = urlsplit(url)
    root = urlunsplit((place.scheme, place.netloc, "", "", ""))
    found = dict.fromkeys((_context(root), "/jira", ""))
    yield from (
        root + path for path in found if path is not None and root + path != url.rstrip("/")
    )


def _context(root: str) -> str | None:
    """Return the context path that the pages of a Jira name, or None."""
    try:
        page = _get(root + "/").text[:100_000]
    except RequestException:
        return None
    found = _CONTEXT.search(page)
    return found[1] if found else None


def _of_scoped_tokens(account: Account) -> str:
    """Return how the address of a scoped token has to look, if this one looks otherwise."""
    place = urlsplit(account.url)
    if place.hostname == SCOPED and not re.fullmatch(r"/ex/jira/[0-9a-f-]{36}/?", place.path):
        return f"the address for scoped tokens is https://{SCOPED}/ex/jira/ and the cloud id"
    return ""


def scoped_token(account: Account) -> str:
    """Return where a scoped token works, if the address is one where it is always refused."""
    host = urlsplit(account.url).hostname or ""
    if account.kind != "cloud" or not host.endswith(".atlassian.net"):
        return ""
    return f"A scoped token works only with `url: https://{SCOPED}/ex/jira/` and the cloud id"
