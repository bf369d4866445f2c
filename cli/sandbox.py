"""`sluice sandbox`: serve a practice Jira on this machine."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.app import fail, plainly
from cli.demo_run.jira_user import People, project_of
from rules.facts.jsonl import read_rows
from rules.vocabulary.plural import many

if TYPE_CHECKING:
    from sandbox import Sandbox


@click.command()
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    help="Port to listen on. 0 takes a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--deployment",
    type=click.Choice(["cloud", "datacenter"]),
    default="cloud",
    show_default=True,
    help="Kind of Jira to act as.",
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="KEY",
    help="Create this project. Repeatable. Default: DEMO.",
)
@click.option(
    "--issues",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Create the issues of this JSON Lines file.",
)
@click.option("--webhook", metavar="URL", help="Send events to this address of `sluice web`.")
@click.option("--secret", default="", help="Sign the webhook's events with this secret.")
@click.option("--context-path", default="", help='Serve below a path such as "/jira".')
@click.option("--base-url", help="Name this address in answers instead of host and port.")
@click.option("--rate-limits", is_flag=True, help="Limit requests as Jira Cloud does.")
@plainly
def sandbox(
    port: int,
    host: str,
    projects: tuple[str, ...],
    issues: Path | None,
    webhook: str | None,
    secret: str,
    **more: Any,
) -> None:
    """Serve a practice Jira on this machine until Ctrl-C.

    Projects, issues, fields and webhooks live in memory: they are gone when it stops.
    """
    from sandbox import Sandbox  # Flask, which only this command needs

    rows = list(read_rows(issues)) if issues else []
    keys = projects or sorted({project_of(row) for row in rows}) or ["DEMO"]
    for key in keys:
        if not re.fullmatch("[A-Z][A-Z0-9]{1,9}", key):
            fail(f'--project {key}: a project key has 2 to 10 capital letters and digits: "SHOP"')
    if webhook and not re.match(r"https?://[^/\s]+", webhook):
        fail(f"--webhook {webhook}: write an address such as http://127.0.0.1:8000/webhooks/acme")
    try:
        jira = Sandbox(port=port, host=host, projects=keys, **more)
    except OSError as error:
        fail(f"can't listen on {host}:{port}: {error.strerror}. Choose another --port.")
    stopped = _stop_signal()
    with jira:
        people = People(jira.url, jira.authorization("pm"))
        if webhook:
            jira.webhooks.add(webhook, secret)
        for row in rows:
            people.create(row)
        click.echo("\n".join(_welcome(jira, keys, len(rows))))
        stopped.wait()
    click.echo("The practice Jira has stopped.")


def _stop_signal() -> threading.Event:
    """Return an event that Ctrl-C and SIGTERM set."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _welcome(jira: Sandbox, projects: Sequence[str], issues: int) -> Iterator[str]:
    """Yield the lines that say where the practice Jira is and how to use it."""
    account = jira.model.accounts.by_name["sluice"]
    yield f"Practice Jira:  {jira.url}/"
    yield f"Projects:       {', '.join(projects)} ({many(issues, 'issue')})"
    yield "In a browser:   you are signed in as Ada PM."
    yield "In sluice.yaml:"
    yield f"  url: {jira.url}"
    yield f"  kind: {jira.deployment}"
    if jira.deployment == "cloud":
        yield f"  email: {account.email}"
    yield f"Token:          {account.token}"
    yield "To stop it, press Ctrl-C."
