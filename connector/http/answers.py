"""Tell what an answer means: Jira's word on the request, or the trouble of a whole site.

Only Jira's own word about one issue is JiraRefused. Sign-in, proxies, gateways and broken servers
are the site's trouble, JiraBusy: what is refused by them now may be done in a minute.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from requests import Response

from connector.http.errors import ADDRESS, JiraBusy, JiraRefused
from connector.http.limits import scope_of, wait_of

SIGN_IN = "Check the token and its account"

SCOPES = "Give the token the scopes read:jira-work, write:jira-work and read:jira-user"
"""https://developer.atlassian.com/cloud/jira/platform/scopes-for-oauth-2-3LO-and-forge-apps/"""

_LOGIN = re.compile(r"login|signin|sign-in|sso|saml|oauth|auth|idp|permission-?violation", re.I)

_FAILED = re.compile("AUTHENTICATED_FAILED|AUTHENTICATION_DENIED|AUTHORISATION_FAILED")

_PASSES = {408, 409, 423, 425}
"""Of the statuses below 500, those that may be another one at the next try."""

_DONE_OR_NOT = {408, 500, 502, 504, 520, 524}
"""After these the server may still be at work on a write."""


def error_of(response: Response, url: str) -> JiraBusy | JiraRefused | None:
    """Return the error that an answer is; None for a good answer."""
    status = response.status_code
    if 300 <= status < 400:
        return _redirected(response, url)
    if denied := _denied(response):
        return JiraBusy(f"{url} answered {status}: {denied}. {SIGN_IN}", wait_of(response.headers))
    if status < 400:
        return None
    message = f"{url} answered {status}: {_said(response) or 'no reason given'}"
    if status == 401:
        hint = SCOPES if "scope does not match" in message else SIGN_IN
        return JiraBusy(f"{message.rstrip('.')}. {hint}")
    if status == 407:
        return JiraBusy(f"{message.rstrip('.')}. Give the proxy's name and password in HTTPS_PROXY")
    if status == 429:
        wait = wait_of(response.headers)
        return JiraBusy(message, wait, scope_of(response.headers), limit=True)
    if status >= 500 or status in _PASSES or not by_jira(response):
        return _passing(response, message)
    hint = f"{message.rstrip('.')}. {SIGN_IN}" if status == 403 else message.rstrip(".")
    missing = status == 404
    return JiraRefused(hint, missing, missing, status, errors_of(_json(response)))


def _passing(response: Response, message: str) -> JiraBusy:
    """Return the error of an answer that may be another one at the next try."""
    status, reading = response.status_code, response.request.method == "GET"
    unknown = not reading and status in _DONE_OR_NOT
    if status == 409:  # another client wrote the issue at the same time
        return JiraBusy(message, wait_of(response.headers), "issue")
    if status < 500 and not by_jira(response):
        message = f"{message.rstrip('.')}. A gateway said so, not Jira, or `url` is wrong"
    # Between us and Jira, or all of Jira. What comes after a write may be about its content.
    sure = status == 503 or (reading and not by_jira(response))
    return JiraBusy(message, wait_of(response.headers), doubtful=not sure, unknown=unknown)


def by_jira(response: Response) -> bool:
    """Return whether Jira itself wrote an error: gateways write pages, or JSON of other forms."""
    body = _json(response)
    if not isinstance(body, dict):
        return False
    return isinstance(body.get("errorMessages"), list) or isinstance(body.get("errors"), dict)


def errors_of(body: object) -> dict[str, str]:
    """Return Jira's message for each refused field, by its id, from the JSON of an answer."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, dict):
        return {}
    return {field: str(message)[:500] for field, message in errors.items()}


def _denied(response: Response) -> str:
    """Return how Jira's headers say that it did not take the sign-in; "" if it did.

    A token that is expired or was stripped by a proxy makes us nobody: then searches find nothing,
    with status 200, and issues do not exist, with 404.
    """
    headers = response.headers
    reason = headers.get("X-Authentication-Denied-Reason") or ""
    if "CAPTCHA" in reason.upper():
        return "it wants a captcha from Sluice's account: sign in with a browser once"
    if reason:
        return f"sign-in denied: {reason[:100]}"
    login = (headers.get("X-Seraph-LoginReason") or "").upper()
    if _FAILED.search(login) and not re.search(r"\bOK\b", login):
        return f"the sign-in was not accepted ({login[:60]})"
    if (headers.get("X-AUSERNAME") or "").lower() == "anonymous":
        return "the sign-in did not arrive: it took Sluice for an anonymous visitor"
    return ""


def _redirected(response: Response, url: str) -> JiraBusy | JiraRefused:
    """Return the error of a redirect, which is never followed: the token would go elsewhere.

    A PUT would become a GET, too. To a login page: the sign-in is not accepted. To another address
    of the same path: `url` is wrong.
    """
    there = (response.headers.get("Location") or "")[:200]
    here, to = urlsplit(response.url), urlsplit(there)
    if to.netloc and to.path.rstrip("/").endswith(here.path.rstrip("/")):
        base = there.split("/rest/")[0].split("?")[0]
        return JiraBusy(f"{url} redirects to {there}. Set `url` in sluice.yaml to {base}")
    if _LOGIN.search(there):
        hint = f"{SIGN_IN}, or {ADDRESS.lower()}"
        return JiraBusy(f"{url} redirects to the login page {there}. {hint}")
    return JiraBusy(f"{url} redirects to {there}. {ADDRESS}")


def _said(response: Response) -> str:
    """Return what an error says: Jira's messages, or the visible text of a page."""
    body = _json(response)
    if isinstance(body, dict):
        messages = body.get("errorMessages")
        found = [*messages] if isinstance(messages, list) else []
        found += errors_of(body).values()
        found += [body[name] for name in ("message", "errorMessage", "error") if body.get(name)]
        if found:
            return _plain(", ".join(dict.fromkeys(str(one)[:500] for one in found[:20])))
    return _plain(response.text)


def _plain(text: str) -> str:
    """Return a text in one line; of HTML, only its visible text."""
    if "<" in text and ">" in text:
        text = re.sub(
            r"(?is)<(script|style|head)\b(?:(?!</\1).)*</\1\s*>|<[^<>]{0,2000}>", " ", text[:50_000]
        )
    return " ".join(text.split())[:500]


def _json(response: Response) -> object:
    """Return the JSON of an answer, None if it has none."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def page_instead(response: Response, url: str) -> JiraBusy | None:
    """Return the error of a page of HTML with status 200, such as a login page or a notice."""
    kind = (response.headers.get("Content-Type") or "").lower()
    if response.status_code != 200 or not kind.startswith(("text/html", "application/xhtml")):
        return None
    unknown = response.request.method != "GET"
    said = _plain(response.text)[:100]
    return JiraBusy(f"{url} did not return JSON but a page: {said}. {ADDRESS}", unknown=unknown)
