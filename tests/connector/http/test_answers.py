"""What an answer means: Jira's word on one issue, or the trouble of a whole site."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from connector.http.answers import error_of, page_instead
from connector.http.errors import JiraBusy, JiraRefused

URL = "https://jira.example.com"
HTML = b"<html><head><title>x</title></head><body><h1>Not Found</h1>nginx</body></html>"
NO_ISSUE = {"errorMessages": ["Issue does not exist"], "errors": {}}
BROKEN = {"errorMessages": ["Internal server error"], "errors": {}}


def answer(status: int, body: Any = b"", method: str = "GET", **headers: str) -> requests.Response:
    found = requests.Response()
    found.status_code, found.url = status, f"{URL}/rest/api/2/issue/10001"
    found._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    found.request = requests.Request(method, found.url).prepare()
    found.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return found


def of(status: int, body: Any = b"", method: str = "GET", **headers: str) -> Any:
    return error_of(answer(status, body, method, **headers), URL)


@pytest.mark.parametrize("status", [401, 407])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_sign_in_that_is_refused_is_the_trouble_of_the_site(status: int, method: str) -> None:
    found = of(status, NO_ISSUE, method)
    assert isinstance(found, JiraBusy)
    assert (found.scope, found.doubtful, found.unknown) == ("site", False, False)
    assert ("Check the token" in str(found)) is (status == 401)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"X_Seraph_LoginReason": "AUTHENTICATED_FAILED"}),
        (404, {"X_Seraph_LoginReason": "AUTHENTICATED_FAILED"}),
        (403, {"X_Seraph_LoginReason": "AUTHENTICATION_DENIED"}),
        (403, {"X_Authentication_Denied_Reason": "CAPTCHA_CHALLENGE; login-url=https://x/login"}),
        (200, {"X_AUSERNAME": "anonymous"}),
    ],
)
def test_an_answer_to_nobody_is_no_answer(status: int, headers: dict[str, str]) -> None:
    found = of(status, {"issues": []}, **headers)
    assert isinstance(found, JiraBusy) and not found.doubtful and "Check the token" in str(found)
    assert ("captcha" in str(found)) is ("X_Authentication_Denied_Reason" in headers)


@pytest.mark.parametrize("headers", [{}, {"X_Seraph_LoginReason": "OK"}, {"X_AUSERNAME": "sluice"}])
def test_a_good_answer_is_no_error(headers: dict[str, str]) -> None:
    assert of(200, {"id": "1"}, **headers) is None


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 423])
@pytest.mark.parametrize("body", [b"", HTML, b"[]", b"7", b'{"message": "no Route matched"}'])
def test_what_a_gateway_refuses_is_not_jiras_word(status: int, body: bytes) -> None:
    found = of(status, body)
    assert isinstance(found, JiraBusy) and not found.doubtful
    assert "A gateway said so, not Jira, or `url` is wrong" in str(found)
    write = of(status, body, "PUT")
    assert isinstance(write, JiraBusy) and write.doubtful, "it may be about what was written"


@pytest.mark.parametrize("status", [500, 501, 502, 504, 505, 507, 508, *range(520, 531), 599])
def test_every_status_from_500_on_passes_and_is_nothing_final(status: int) -> None:
    by_gateway, by_jira = of(status, HTML), of(status, BROKEN)
    assert isinstance(by_gateway, JiraBusy) and not by_gateway.doubtful
    assert isinstance(by_jira, JiraBusy) and by_jira.doubtful


@pytest.mark.parametrize(
    ("status", "unknown"), [(500, True), (502, True), (504, True), (524, True), (503, False)]
)
def test_after_some_answers_a_write_may_still_happen(status: int, unknown: bool) -> None:
    assert of(status, HTML, "PUT").unknown is unknown
    assert of(status, HTML, "GET").unknown is False


def test_jiras_own_words_about_an_issue_are_refusals() -> None:
    gone = of(404, NO_ISSUE)
    assert isinstance(gone, JiraRefused) and gone.final and gone.missing
    field = {"errorMessages": [], "errors": {"priority": "It is not on the screen."}}
    refused = of(400, field, "PUT")
    assert isinstance(refused, JiraRefused) and not refused.final
    assert refused.errors == {"priority": "It is not on the screen."}


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ("https://jira.example.com/login.jsp?os_destination=x", "the login page"),
        ("https://sso.example.com/adfs/ls", "the login page"),
        ("/login", "the login page"),
        (
            "https://new.example.com/jira/rest/api/2/issue/10001",
            "Set `url` in sluice.yaml to https://new.example.com/jira",
        ),
        ("https://example.com/moved", "Check `url` in sluice.yaml"),
        ("", "Check `url` in sluice.yaml"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_says_whether_the_sign_in_or_the_address_is_wrong(
    status: int, there: str, says: str
) -> None:
    found = of(status, b"", Location=there)
    assert isinstance(found, JiraBusy) and found.scope == "site" and says in str(found)


def test_a_page_with_status_200_is_not_from_jira() -> None:
    page = answer(200, HTML, Content_Type="text/html; charset=utf-8")
    assert "did not return JSON but a page: Not Found nginx" in str(page_instead(page, URL))
    assert page_instead(answer(200, {}, Content_Type="application/json"), URL) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = ["errorMessages", "errors", "message", "errorMessage", "status-code"]


@given(
    st.integers(300, 599),
    st.binary(max_size=60) | json_values | st.dictionaries(st.sampled_from(KEYS), json_values),
    st.sampled_from(["GET", "PUT", "POST"]),
)
def test_whatever_comes_is_busy_or_refused_in_one_line(status: int, body: Any, method: str) -> None:
    found = of(status, body, method)
    assert isinstance(found, JiraBusy | JiraRefused)
    assert "\n" not in str(found) and len(str(found)) < 1000
