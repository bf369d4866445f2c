"""What a webhook says, and what a stranger may not say."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webhooks.delivery import BadDelivery, BadSignature, Delivery, check_signature

SECRET = "a secret"


def signed(body: bytes, secret: str = SECRET, **headers: str) -> dict[str, str]:
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature": f"sha256={mac}", **headers}


def read(data: object, **headers: str) -> Delivery:
    body = json.dumps(data).encode()
    return Delivery.from_http(signed(body, **headers), body, SECRET)


def test_the_test_vector_of_atlassian_is_accepted() -> None:
    digest = "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    check_signature(f"sha256={digest}", b"Hello World!", "It's a Secret to Everybody")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (None, "missing"),
        ("", "missing"),
        ("sha256=", "does not match"),
        ("sha256=00", "does not match"),
        ("sha256=ä", "does not match"),
        ("sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "begin with sha256"),
        ("md5=00", "begin with sha256"),
        ("nonsense", "begin with sha256"),
    ],
)
def test_a_wrong_signature_is_refused_with_the_reason(header: str | None, says: str) -> None:
    with pytest.raises(BadSignature, match=says):
        check_signature(header, b"{}", SECRET)


def test_an_empty_secret_is_refused_since_anyone_can_forge_it() -> None:
    body = b"{}"
    with pytest.raises(BadSignature, match="has no secret"):
        Delivery.from_http(signed(body, secret=""), body, "")


def test_the_signature_of_another_body_is_refused() -> None:
    with pytest.raises(BadSignature):
        Delivery.from_http(signed(b'{"a": 1}'), b'{"a": 2}', SECRET)


@pytest.mark.parametrize(
    ("data", "issue"),
    [
        ({"webhookEvent": "jira:issue_updated", "issue": {"id": "10001"}}, "10001"),
        ({"webhookEvent": "jira:issue_updated", "issue": {"id": 10001}}, "10001"),
        ({"issue": {"id": "7"}}, "7"),
        ({"webhookEvent": "worklog_created", "worklog": {"issueId": "10032"}}, "10032"),
        (
            {
                "webhookEvent": "comment_created",
                "comment": {"self": "https://jira.example.com/rest/api/2/issue/2/comment/45"},
            },
            "2",
        ),
        ({"webhookEvent": "issuelink_created", "issueLink": {"sourceIssueId": 10017}}, "10017"),
        (
            {"issue": {"id": "1"}, "webhookEvent": "\ud83d", "user": {"name": "\ud83d"}},
            "1",
        ),
        ({"webhookEvent": "sprint_started", "sprint": {"id": 3}}, None),
        ({"webhookEvent": "comment_created", "comment": {"self": "elsewhere"}}, None),
    ],
)
def test_the_issue_is_found_wherever_the_event_has_it(data: object, issue: str | None) -> None:
    assert read(data).issue_id == issue


@pytest.mark.parametrize("event", ["issuelink_created", "issuelink_deleted"])
def test_both_ends_of_a_link_are_looked_at(event: str) -> None:
    link = {"id": 7, "sourceIssueId": 10017, "destinationIssueId": "10019", "isSystemLink": False}
    assert read({"webhookEvent": event, "issueLink": link}).issue_ids == ("10017", "10019")
    loop = {**link, "destinationIssueId": 10017}
    assert read({"webhookEvent": event, "issueLink": loop}).issue_ids == ("10017",)


@pytest.mark.parametrize("odd", [None, "x", -1, True, [], {}, 10**30, "10019 "])
def test_an_other_end_that_is_no_issue_is_left_out(odd: object) -> None:
    link = {"sourceIssueId": 10017, "destinationIssueId": odd}
    event = {"webhookEvent": "issuelink_created", "issueLink": link}
    assert read(event).issue_ids == ("10017",)


def test_the_issues_that_were_linked_to_a_deleted_one_are_looked_at() -> None:
    links = [
        {"outwardIssue": {"id": "2", "key": "A-2"}},
        {"inwardIssue": {"id": "3"}},
        {"inwardIssue": {"id": "../3"}},
        {"inwardIssue": 7},
        "odd",
    ]
    event = {"issue": {"id": "1", "fields": {"issuelinks": links}}}
    assert read({"webhookEvent": "jira:issue_deleted", **event}).issue_ids == ("1", "2", "3")
    assert read({"webhookEvent": "jira:issue_updated", **event}).issue_ids == ("1",)
    many = {
        "issue": {
            "id": "1",
            "fields": {"issuelinks": [{"inwardIssue": {"id": str(n)}} for n in range(2, 500)]},
        }
    }
    assert len(read({"webhookEvent": "jira:issue_deleted", **many}).issue_ids) == 21


@pytest.mark.parametrize(
    "wrong", ["../1", "1/2", "-1", "1 ", "", "１２", "A-1", True, [1], 1.5, {}]
)
def test_an_issue_id_that_is_no_number_is_refused(wrong: object) -> None:
    with pytest.raises(BadDelivery, match="not a number"):
        read({"webhookEvent": "jira:issue_updated", "issue": {"id": wrong}})


@pytest.mark.parametrize("same", [10001, "10001", "010001", "0000000000000000000000010001"])
def test_one_issue_has_one_id_whatever_the_event_calls_it(same: object) -> None:
    assert read({"webhookEvent": "jira:issue_updated", "issue": {"id": same}}).issue_ids == (
        "10001",
    )
    link = {"sourceIssueId": 10001, "destinationIssueId": same}
    assert read({"issueLink": link, "webhookEvent": "issuelink_created"}).issue_ids == ("10001",)
    itself = {"self": f"https://jira.example.com/rest/api/2/issue/{same}/comment/45"}
    assert read({"webhookEvent": "comment_created", "comment": itself}).issue_ids == ("10001",)


@pytest.mark.parametrize(
    "odd", ["0", 0, "000", 2**63, str(2**63), "१०००१", "1\n", "+1", "1_0", 1e4]
)
def test_what_only_looks_like_an_id_is_refused(odd: object) -> None:
    with pytest.raises(BadDelivery, match="not a number"):
        read({"webhookEvent": "jira:issue_updated", "issue": {"id": odd}})


@given(st.integers(1, 2**63 - 1), st.integers(0, 30))
def test_any_id_with_zeros_before_it_is_the_same(number: int, zeros: int) -> None:
    event = {"webhookEvent": "jira:issue_updated", "issue": {"id": "0" * zeros + str(number)}}
    assert read(event).issue_ids == (str(number),)


def test_either_of_two_secrets_signs_while_they_are_changed() -> None:
    body = b'{"issue": {"id": "1"}}'
    new, old = signed(body, "new"), signed(body, "old")
    assert not Delivery.from_http(new, body, "new", "old").by_old
    assert Delivery.from_http(old, body, "new", "old").by_old
    for headers, other in ((old, ""), (signed(body, "third"), "old"), (signed(body, ""), "")):
        with pytest.raises(BadSignature, match="does not match"):
            Delivery.from_http(headers, body, "new", other)


@pytest.mark.parametrize("odd", ["a b", "ä", "\x00", "x" * 201, "\ud83d", "\u2028", " "])
def test_a_name_of_a_delivery_that_is_no_plain_text_is_made_from_the_body(odd: str) -> None:
    event = {"webhookEvent": "jira:issue_updated", "issue": {"id": "1"}}
    name = read(event, **{"X-Atlassian-Webhook-Identifier": odd}).id
    assert name == hashlib.sha256(json.dumps(event).encode()).hexdigest()
    assert read(event, **{"X-Atlassian-Webhook-Identifier": " abc "}).id == "abc"


def test_the_actor_is_the_account_id_or_the_name() -> None:
    event = {"webhookEvent": "jira:issue_updated", "issue": {"id": "1"}}
    assert read({**event, "user": {"accountId": "5b1", "name": "ada"}}).actor == "5b1"
    assert read({**event, "user": {"name": "ada"}}).actor == "ada"
    assert read({**event, "comment": {"updateAuthor": {"name": "bob"}}}).actor == "bob"
    assert read(event).actor == ""


def test_a_delivery_is_named_by_jira_or_else_by_its_body() -> None:
    event = {"webhookEvent": "jira:issue_updated", "issue": {"id": "1"}}
    assert read(event, **{"X-Atlassian-Webhook-Identifier": "abc"}).id == "abc"
    assert read(event).id == hashlib.sha256(json.dumps(event).encode()).hexdigest()
    assert len(read(event, **{"X-Atlassian-Webhook-Identifier": "x" * 5000}).id) == 64


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"not json",
        b"[]",
        b'"a"',
        b"null",
        b"{}",
        b'{"a": 1}',
        b"\xff\xfe",
        b"1" * 9999,
        b"[" * 100000,
        b'{"issue":' * 100000,
    ],
)
def test_a_signed_body_of_another_shape_is_a_bad_delivery(body: bytes) -> None:
    with pytest.raises(BadDelivery):
        Delivery.from_http(signed(body), body, SECRET)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
KEYS = [
    *("webhookEvent", "issue", "comment", "worklog", "user", "issueLink", "id", "self", "issueId"),
    *("sourceIssueId", "destinationIssueId", "fields", "issuelinks", "inwardIssue"),
]


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from(KEYS), json_values | st.dictionaries(st.sampled_from(KEYS), json_values)
    )
)
def test_whatever_is_signed_is_a_delivery_or_a_bad_one(data: dict[str, object]) -> None:
    try:
        delivery = read(data)
    except BadDelivery:
        return
    assert all(one.isdigit() for one in delivery.issue_ids)


@given(st.binary(max_size=300), st.text(max_size=80))
def test_nobody_without_the_secret_gets_past_the_signature(body: bytes, header: str) -> None:
    with pytest.raises(BadSignature):
        Delivery.from_http({"X-Hub-Signature": header}, body, SECRET)
