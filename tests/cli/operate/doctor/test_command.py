"""`sluice doctor`: each wrong set-up is told as what it is, with what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import responses

from connector.capacity.picture import chinese_font
from connector.http.connection import Account, Connection
from connector.http.errors import JiraBusy
from connector.setup.address import scoped_token, wrong_address
from sandbox import Sandbox
from sandbox.operations.site_changes import rename_project
from tests.cli.shell import Shell
from tests.live import SECRET
from tests.waiting import until


@pytest.fixture(autouse=True)
def webhook(shell: Shell) -> None:
    """A webhook as it should be, with a filter that no issue passes: nothing is delivered."""
    shell.jira.webhooks.add(
        "http://127.0.0.1:9/webhooks/main", SECRET, jql="project = DEMO AND summary ~ zzz"
    )


def configure(shell: Shell, before: str, after: str) -> None:
    path = Path(shell.env["SLUICE_CONFIG"])
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_check_says_that_all_is_well(shell: Shell) -> None:
    said = shell.does("doctor")
    assert "1 site, 1 project: well-formed" in said and said.endswith("all is well\n")
    assert "main: fields found: Sluice Class, Sluice Score, Sluice Gate" in said


def test_check_says_that_a_text_model_is_not_trained_yet(shell: Shell) -> None:
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8") + "    model: shop.npz\n", "utf-8")
    said = shell.does("doctor")
    assert "shop.npz yet, so what ships is used. `sluice model train DEMO` creates it" in said


def reporting(shell: Shell, language: str) -> None:
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8") + f"    language: {language}\n", "utf-8")


@pytest.mark.parametrize(
    ("package", "part"),
    [("matplotlib", "picture"), ("scipy", "next issues to pull"), ("holidays", "public holidays")],
)
def test_check_says_what_a_report_lacks_without_the_extra(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, package: str, part: str
) -> None:
    reporting(shell, "en")
    assert "weekly report" not in shell.does("doctor")
    monkeypatch.setattr(
        "connector.capacity.report_extra.find_spec", lambda name: None if name == package else name
    )
    said = shell.does("doctor")
    assert f"DEMO: its weekly report has no {part}, since {package} is missing: install" in said


def test_check_says_that_no_font_has_chinese_characters(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporting(shell, "zh")
    monkeypatch.setattr("connector.capacity.picture.CHINESE_FONTS", ("No Such Font",))
    chinese_font.cache_clear()
    said = shell.does("doctor")
    chinese_font.cache_clear()
    assert "DEMO: no font with Chinese characters was found, so the labels" in said


def test_check_tells_of_a_field_that_the_site_lacks_and_what_to_do(shell: Shell) -> None:
    shell.jira.model.remove_field("Sluice Score")
    (line,) = shell.fails("doctor")
    assert "the site has no field 'Sluice Score': create it in Jira" in line


def test_check_tells_of_a_field_that_is_not_on_the_edit_screen(shell: Shell) -> None:
    shell.jira.model.hide_field("Sluice Gate")
    (line,) = shell.fails("doctor")
    assert "DEMO: Sluice Gate can't be edited: add it to the edit screen" in line


def test_check_tells_of_a_wrong_token(shell: Shell) -> None:
    (line,) = shell.fails("doctor", SLUICE_MAIN_TOKEN="wrong")
    assert "answered 401" in line and "Check the token and its account" in line


def test_check_tells_of_an_address_with_a_path_too_many(shell: Shell) -> None:
    url = shell.jira.url
    configure(shell, url, f"{url}/x")
    (line,) = shell.fails("doctor")
    assert f"main: there is a Jira at {url}: write `url: {url}` in sluice.yaml" in line


def test_check_tells_of_every_project_that_is_not_there(shell: Shell) -> None:
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8") + "  NOPE: {}\n  GONE: {}\n", "utf-8")
    lines = shell.fails("doctor")
    first = len(path.read_text("utf-8").splitlines()) - 1
    assert f"sluice.yaml:{first}: main: NOPE: " in lines[0]
    assert f"sluice.yaml:{first + 1}: main: GONE: " in lines[1]
    assert all("Correct the key of the project, or let" in line for line in lines)


def test_check_tells_of_a_right_that_the_account_lacks(shell: Shell) -> None:
    project = shell.jira.model.projects["DEMO"].id
    shell.jira.model.rights.take("sluice", "EDIT_OWN_COMMENTS", project)
    (line,) = shell.fails("doctor")
    assert "DEMO: the account may not keep its one comment up to date: give it" in line
    assert "'Edit Own Comments'" in line


def test_check_says_that_the_report_will_have_no_picture(shell: Shell) -> None:
    shell.jira.model.rights.take("sluice", "CREATE_ATTACHMENTS")
    said = shell.does("doctor")
    assert "DEMO: the account may not attach the picture of the weekly report: give it" in said


def test_check_tells_of_an_account_that_is_a_persons(shell: Shell) -> None:
    issue = shell.person.create("Pay by invoice")
    shell.person.ask("PUT", f"issue/{issue}", {"fields": {"assignee": me(shell)}})
    (line,) = shell.fails("doctor")
    assert "DEMO: Sluice is the assignee or reporter of DEMO-2" in line and "one of its own" in line


def test_check_tells_of_a_person_who_reports_issues(shell: Shell) -> None:
    shell.person.create("Pay by invoice")
    configure(shell, "sluice@example.com", "pm@example.com")
    (line,) = shell.fails("doctor", SLUICE_MAIN_TOKEN="token-pm")
    assert "DEMO: Ada PM is the assignee or reporter of DEMO-2, so it seems to be a p" in line


def me(shell: Shell) -> dict[str, str]:
    model = shell.jira.model
    told = model.accounts.json(model.accounts.by_name["sluice"])
    return {"accountId": told["accountId"]}


def test_check_tells_of_a_missing_webhook(shell: Shell) -> None:
    (hook,) = shell.jira.webhooks.all()
    shell.jira.webhooks.delete(hook.id)
    (line,) = shell.fails("doctor")
    assert "main: Jira has no webhook to …/webhooks/main: create it under System" in line


def test_check_tells_of_a_webhook_that_is_off_or_lacks_events(shell: Shell) -> None:
    (hook,) = shell.jira.webhooks.all()
    hook.events.remove("comment_created")
    (line,) = shell.fails("doctor")
    assert "lacks events: choose comment_created in Jira" in line
    hook.enabled = False
    (line,) = shell.fails("doctor")
    assert "is switched off in Jira: enable it" in line


def test_check_tells_of_a_webhook_that_leaves_out_a_project(shell: Shell) -> None:
    shell.jira.model.add_project("OTHER")
    (hook,) = shell.jira.webhooks.all()
    hook.filters = {"issue-related-events-section": 'project in (OTHER, "Web shop") AND type = Bug'}
    (line,) = shell.fails("doctor")
    assert "leaves out the project DEMO: add it in Jira; the filter is project in (OTHER" in line
    hook.filters = {"issue-related-events-section": "project = OTHER or project = DEMO"}
    shell.does("doctor")


def test_check_tells_of_a_webhook_without_a_body(shell: Shell) -> None:
    (hook,) = shell.jira.webhooks.all()
    hook.exclude_body = True
    (line,) = shell.fails("doctor")
    assert "sends no body: switch off 'Exclude body' in Jira" in line


def test_check_says_that_the_secret_is_not_known_before_a_webhook_came(shell: Shell) -> None:
    said = shell.does("doctor")
    assert "no webhook has come in yet, so its secret can't be checked: change an issue" in said
    shell.store.admit("1", "delivery")
    assert "no webhook" not in shell.does("doctor")


def test_a_second_slash_in_the_webhooks_address_is_no_fault(shell: Shell) -> None:
    (hook,) = shell.jira.webhooks.all()
    hook.url += "/"
    assert "all is well" in shell.does("doctor")


def test_without_the_right_to_list_webhooks_check_says_what_it_did_not_check(shell: Shell) -> None:
    shell.jira.model.rights.take("sluice", "ADMINISTER")
    said = shell.does("doctor")
    assert "main: no webhook has come in yet, and only a Jira admin may list" in said
    shell.store.admit("1", "delivery")
    assert "no webhook" not in shell.does("doctor")


def test_check_tells_of_a_secret_that_differs(shell: Shell) -> None:
    shell.store.deliveries.refuse()
    until(lambda: shell.store.deliveries.seen().refuses)
    (line,) = shell.fails("doctor")
    assert "had a wrong signature: set the same secret in Jira and in SLUICE_MAIN_SECRET" in line
    shell.store.admit("1", "delivery")
    assert "all is well" in shell.does("doctor")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("default_priority: Normal", "default_priority: Jira has no priority 'Normal'. It has Hi"),
        (
            "default_priority: Low",
            "Jira gives a new issue Medium, and sluice.yaml says Low: write `default_pr",
        ),
        ("priorities: {Highest: Sofort}", "priorities: Jira has no priority 'Sofort'. It has Hi"),
    ],
)
def test_doctor_tells_of_priorities_that_jira_has_otherwise(
    shell: Shell, setting: str, said: str
) -> None:
    configure(shell, "    kind: cloud\n", f"    kind: cloud\n    {setting}\n")
    assert said in shell.fails("doctor")[0]


def test_check_tells_of_one_field_for_two_purposes(shell: Shell) -> None:
    configure(shell, "    kind: cloud\n", "    kind: cloud\n    fields: {class: Sluice Gate}\n")
    (line,) = shell.fails("doctor")
    assert "main: `fields` names 'Sluice Gate' for two purposes" in line


def test_check_tells_that_the_kind_is_swapped(shell: Shell) -> None:
    configure(shell, "kind: cloud", "kind: datacenter")
    (line,) = shell.fails("doctor")
    assert "the site says that it is Jira Cloud: write `kind: cloud`" in line


def test_check_finds_the_context_path(shell: Shell) -> None:
    with Sandbox(context_path="/jira") as jira:
        configure(shell, shell.jira.url, jira.url.removesuffix("/jira"))
        (line,) = shell.fails("doctor")
        assert f"there is a Jira at {jira.url}: write `url: {jira.url}` in sluice.yaml" in line


def test_check_tells_of_a_dead_proxy(shell: Shell) -> None:
    configure(shell, shell.jira.url, "http://jira.example")
    (line,) = shell.fails("doctor", HTTP_PROXY="http://me:secret@127.0.0.1:9", NO_PROXY="")
    assert "the proxy http://127.0.0.1:9 of HTTP_PROXY does not answer" in line
    assert "secret" not in line


def test_check_tells_how_the_address_for_a_scoped_token_looks() -> None:
    account = Account("https://api.atlassian.com/ex/jira/acme", "cloud", "token", "me@x.example")
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(re.compile("https://api.atlassian.com/.*"), status=404)
        assert "https://api.atlassian.com/ex/jira/ and the cloud id" in wrong_address(account)


def test_check_tells_of_a_project_whose_key_was_renamed(shell: Shell) -> None:
    rename_project(shell.jira.model, "DEMO", "SHOP")
    said = shell.does("doctor")
    assert "main: DEMO has the key SHOP in Jira now. Sluice goes on under DEMO" in said


def test_check_tells_of_a_field_that_a_rule_cannot_read(shell: Shell) -> None:
    book = Path(shell.env["SLUICE_CONFIG"]).parent / "books" / "mine.yaml"
    book.parent.mkdir(exist_ok=True)
    book.write_text(MINE, "utf-8")
    shell.jira.model.add_field("Launch", "date")
    configure(shell, "book: default", "book: mine")
    (line,) = shell.fails("doctor")
    assert "main: DEMO: the field 'Launch' is a date in Jira: declare it as date" in line


def test_check_tells_of_a_field_of_a_rulebook_that_the_site_lacks(shell: Shell) -> None:
    book = Path(shell.env["SLUICE_CONFIG"]).parent / "books" / "mine.yaml"
    book.parent.mkdir(exist_ok=True)
    book.write_text(MINE, "utf-8")
    configure(shell, "book: default", "book: mine")
    (line,) = shell.fails("doctor")
    assert "has no field 'launch': create it in Jira" in line
    assert line.endswith("or correct its name under `fields` in the rulebook")


MINE = """\
book: mine
fields: {Launch: number}
measures: {value: {weight: 1}}
rules:
  - {id: soon, when: Launch > 3, points: {value: 1}, because: It starts soon.}
"""


def test_a_token_that_lacks_scopes_is_told_from_a_wrong_one() -> None:
    url = "https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555"
    said = {"code": 401, "message": "Unauthorized; scope does not match"}
    with responses.RequestsMock() as mock:
        mock.get(f"{url}/rest/api/2/myself", status=401, json=said)
        with pytest.raises(JiraBusy, match="Give the token the scopes read:jira-work, write:"):
            Connection(Account(url, "cloud", "token", "me@x.example")).get("myself")


def test_a_scoped_token_is_told_where_it_works() -> None:
    account = Account("https://acme.atlassian.net", "cloud", "token", "me@x.example")
    assert "https://api.atlassian.com/ex/jira/" in scoped_token(account)
    assert scoped_token(Account("https://jira.example", "datacenter", "token")) == ""
