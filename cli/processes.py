"""`sluice web`, `worker`, `beat`, `sandbox` and `check`: the processes, and if they could work."""

from __future__ import annotations

import sys

import click

from cli.app import fail, main, settings
from connector.client import JiraBusy, JiraRefused
from connector.field_mapping import LayoutError, screen_problems
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.verdicts import MILDEST
from worker.settings.load import Project, Settings
from worker.store.broker import Broker
from worker.store.redis import StoreDown
from worker.store.work_queue import Store
from worker.tasks import app
from worker.triage import Gate, open_gate


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def web(host: str, port: int) -> None:
    """Take Jira's webhooks at POST /webhooks/SITE."""
    from webhooks.serve import serve  # Flask, which only this verb needs

    serve(settings(), host, port)


@main.command()
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--loglevel", default="INFO", show_default=True)
def worker(concurrency: int, loglevel: str) -> None:
    """Triage what was queued."""
    settings()
    app.worker_main(
        [
            "worker",
            f"--concurrency={concurrency}",
            f"--loglevel={loglevel}",
            "--without-gossip",
            "--without-mingle",
        ]
    )


@main.command()
@click.option("--loglevel", default="INFO", show_default=True)
def beat(loglevel: str) -> None:
    """Queue what is due: reconciling and the weekly reports. Run exactly one."""
    settings()
    # The plain scheduler keeps no file: everything it would remember is harmless to do again.
    app.start(["beat", f"--loglevel={loglevel}", "--scheduler=celery.beat:Scheduler"])


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox(arguments: tuple[str, ...]) -> None:
    """Serve a sandbox Jira until Ctrl-C; `sluice sandbox --help` lists its options."""
    from sandbox.__main__ import main as serve_sandbox  # Flask too

    sys.exit(serve_sandbox([*arguments]))


@main.command()
def check() -> None:
    """Prove the settings, rule files, sites and Redis, and say all that is wrong."""
    found = settings()
    click.echo(
        f"{found.file}: {len(found.sites)} sites, {len(found.projects)} projects: well-formed"
    )
    wrong = [problem for name in found.sites for problem in _site_problems(found, name)]
    wrong += _queue_problems(found)
    if wrong:
        fail(*wrong)
    click.echo("all is well")


def _queue_problems(found: Settings) -> list[str]:
    """Return what keeps tasks from being queued, where the queue is not in the store's Redis."""
    try:
        if not found.queue_in_store:
            Broker(found.broker_url).waiting()
    except StoreDown as error:
        return [f"SLUICE_BROKER_URL: {error}"]
    return []


def _site_problems(found: Settings, name: str) -> list[str]:
    """What keeps Sluice from working at a site, a line each."""
    problems = []
    try:
        Store(found.redis_url, name).health()
    except StoreDown as error:
        problems.append(str(error))
    gate = open_gate(found.sites[name], found.of_site(name))
    try:
        me = gate.site.layout.account
    except (JiraBusy, JiraRefused, LayoutError) as error:
        return [*problems, f"{name}: {error}"]
    click.echo(f"{name}: signed in as {me}; class, score and gate fields found")
    for key in gate.projects:
        problems += [*_screen_problems(gate, name, key), *_report_problems(gate, name, key)]
    return problems


def _report_problems(gate: Gate, name: str, key: str) -> list[str]:
    """Whether the issue that takes a project's reports is there."""
    report = gate.projects[key].report
    try:
        if report:
            gate.site.note(report.issue, "")
    except (JiraBusy, JiraRefused) as error:
        return [f"{name}: {key}: the issue of its report, {report and report.issue}: {error}"]
    return []


def _screen_problems(gate: Gate, name: str, key: str) -> list[str]:
    """What keeps Sluice from writing on a project's issues."""
    bands = gate.projects[key].book.bands
    try:
        screen = gate.site.screen(key)
        if screen is None:
            click.echo(f"{name}: {key} has no issue yet: its edit screen can't be looked at")
            return []
        layout = gate.site.layout
        priorities = [*(band.priority for band in bands), layout.default_priority]
        used = _used(gate.projects[key])
        problems = screen_problems(screen, layout, dict.fromkeys(priorities), used)
    except (JiraBusy, JiraRefused) as error:
        problems = [str(error)]
    return [f"{name}: {key}: {problem}" for problem in problems]


def _used(project: Project) -> set[str]:
    """Return the classes and verdicts that may be written on a project's issues."""
    votes = {str(kind) for rule in project.book.rules for kind in rule.votes}
    gates = {str(rule.gate) for rule in project.book.rules if rule.gate}
    model = project.model.labels if project.book.classify.model else ()
    return {*project.targets, *votes, *model, UNDECIDED, *gates, MILDEST}
