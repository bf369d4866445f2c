"""`sluice demo`: the whole of Sluice at work on a sandbox Jira."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import click
import requests
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.app import fail, plainly
from cli.demo_run import summary
from cli.demo_run.eight_weeks import WEEKS
from cli.demo_run.environment import NotReady, Stage, language_of, set_up
from cli.demo_run.history import History
from cli.demo_run.jira_user import People, is_open, project_of
from cli.demo_run.processes import ChildDied
from cli.demo_run.redis_server import RedisDidNotStart, RedisMissing
from rules.facts.jsonl import read_rows
from rules.vocabulary.plural import many

STALLED_S = 60.0
"""Without an issue triaged for so long, the demo stops waiting and says which are left."""


@click.command()
@click.option(
    "--issues",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Issues of your own, JSON Lines: summary, description, type, labels, priority …",
)
@click.option("--limit", type=click.IntRange(1), help="Only the first N issues.")
@click.option("--exit", "leave", is_flag=True, help="Stop after the summary.")
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    help="Port of the board. 0 takes a free one.",
)
@click.option(
    "--rate", default=25.0, show_default=True, help="Issues created a second; 0: at once."
)
@click.option(
    "--concurrency",
    default=2,
    show_default=True,
    type=click.IntRange(1, 16),
    help="Number of issues that the worker triages at once.",
)
@click.option("--show-settings", is_flag=True, help="Print the sluice.yaml of the demo.")
@plainly
def demo(
    issues: Path | None,
    limit: int | None,
    leave: bool,
    port: int,
    rate: float,
    concurrency: int,
    show_settings: bool,
) -> None:
    """Watch Sluice triage issues of a sandbox Jira, as real processes. Ctrl-C ends it all."""
    own = resources.files("cli.demo_run") / "issues.jsonl"
    with resources.as_file(own) as path:
        rows = list(read_rows(issues or path, limit))
    if not rows:
        fail(f"{issues}: there is no issue in it")
    for number in _STOP:
        signal.signal(number, _interrupt)
    console = Console()
    try:
        history = History([] if issues else _projects(rows), datetime.now(UTC))
        left = _perform(console, rows, history, port, rate, concurrency, leave, show_settings)
    except (ChildDied, NotReady, RedisMissing, RedisDidNotStart, requests.RequestException) as bad:
        console.print(f"sluice demo: {bad}", style="red", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("\nstopped; nothing is left running")
        sys.exit(130)
    sys.exit(1 if left else 0)


_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _interrupt(*_: object) -> None:
    # A second Ctrl-C must not cut short what ends the processes: that takes seconds by itself.
    for number in _STOP:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _perform(
    console: Console,
    rows: list[dict[str, Any]],
    history: History,
    port: int,
    rate: float,
    concurrency: int,
    leave: bool,
    show_settings: bool,
) -> int:
    """Set up, load, watch, sum up; returns how many issues were left untriaged."""

    def show_board(url: str) -> None:
        console.print(f"The board: [bold]{url}/[/bold]   (open it in a browser and watch)")
        console.print("Starting sluice web, worker and beat …")

    with tempfile.TemporaryDirectory(prefix="sluice-demo-") as folder:
        console.print("Starting Redis and a practice Jira …")
        settings = (_projects(rows), port, concurrency, show_board, history.places)
        with set_up(Path(folder), *settings) as stage:
            if show_settings:
                _show_settings(console, stage.config)
            console.print()
            history.load(stage.people, stage.env)
            ids = _load_and_watch(console, stage, rows, rate)
            waiting = sum(map(is_open, rows))
            left = _sum_up(console, stage, history, ids, list(_projects(rows)), waiting)
            if not leave:
                _stay(console, stage)
        if not leave:
            console.print("\nstopped; nothing is left running")
    return left


def _show_settings(console: Console, config: Path) -> None:
    console.print(f"\n[bold]{config}[/bold]")
    console.print(config.read_text("utf-8"), markup=False, highlight=False, soft_wrap=True)


def _projects(rows: list[dict[str, Any]]) -> dict[str, str]:
    titles: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        titles[project_of(row)].append(str(row["summary"]))
    return {key: language_of(summaries) for key, summaries in titles.items()}


def _load_and_watch(
    console: Console, stage: Stage, rows: list[dict[str, Any]], rate: float
) -> list[str]:
    """Create the issues while Sluice is at work already; wait until all open ones are triaged.

    Return the ids of the open ones.
    """
    waiting = sum(map(is_open, rows))
    ids: list[str] = []
    failed: list[BaseException] = []
    loader = threading.Thread(
        target=_load, args=(stage.people.url, rows, rate, ids, failed), daemon=True
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bars:
        loaded = bars.add_task("issues created", total=waiting)
        triaged = bars.add_task("issues triaged", total=waiting)
        loader.start()
        last, since = 0, time.monotonic()
        while last < waiting and time.monotonic() - since < STALLED_S:
            time.sleep(0.25)
            stage.children.check()
            if failed:
                raise failed[0]
            done = _triaged(stage.people, ids)
            if done > last:
                last, since = done, time.monotonic()
            bars.update(loaded, completed=len(ids))
            bars.update(triaged, completed=done)
    return ids


def _load(
    url: str, rows: list[dict[str, Any]], rate: float, ids: list[str], failed: list[BaseException]
) -> None:
    people, began = People(url), time.monotonic()
    try:
        for number, row in enumerate(rows):
            if rate:
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
            made = people.create(row)
            if is_open(row):
                ids.append(made)
    except BaseException as error:
        failed.append(error)


def _triaged(people: People, ids: list[str]) -> int:
    stats = people.stats()
    return sum(stats.get(issue, {}).get("writes", 0) > 0 for issue in list(ids))


def _sum_up(
    console: Console,
    stage: Stage,
    history: History,
    ids: list[str],
    projects: list[str],
    total: int,
) -> int:
    seen = stage.people.look(ids, projects)
    left = [one.key for one in seen if not one.verdict]
    console.print(summary.decisions(seen))
    for line in summary.costs(seen):
        console.print(line, highlight=False)
    if left:
        console.print(f"left untriaged: {many(len(left), 'issue')}: {', '.join(left[:20])}")
        console.print(stage.run("dead", "list"), markup=False)
    if history.open:
        console.print(_triage_history(stage, history), highlight=False)
    console.print(_reconcile(stage), highlight=False)
    for line in stage.run("report", "--post").splitlines():
        console.print(f"weekly report of {line}", highlight=False)
    return len(left) + total - len(seen)


def _triage_history(stage: Stage, history: History) -> str:
    """Let reconcile find the team's issues, of which no event came; wait until all are triaged."""
    began = time.monotonic()
    stage.run("reconcile")
    done = _triaged(stage.people, history.open)
    while done < len(history.open) and time.monotonic() - began < STALLED_S:
        time.sleep(0.25)
        stage.children.check()
        done = _triaged(stage.people, history.open)
    return (
        f"the team's last {WEEKS} weeks: {many(history.issues, 'issue')}, {done} open "
        f"and triaged in {time.monotonic() - began:.0f} s"
    )


def _reconcile(stage: Stage) -> str:
    """Reconcile a second time: it reads all issues by pages and has nothing to write."""
    people = stage.people
    before = people.count("PUT"), people.count("GET", "search"), people.count("POST", "search")
    said = stage.run("reconcile")
    time.sleep(1.0)  # were anything queued, it would be written by now
    after = people.count("PUT"), people.count("GET", "search"), people.count("POST", "search")
    puts, gets, posts = (b - a for a, b in zip(before, after, strict=True))
    return f"reconcile: {said}; {many(gets + posts, 'search request')}, {puts} PUT"


def _stay(console: Console, stage: Stage) -> None:
    console.print(f"\nThe board stays up at [bold]{stage.people.url}/[/bold] until Ctrl-C.")
    console.print("Create an issue there, or change a class by hand, and watch.")
    console.print("To try commands on it, in another terminal:")
    console.print(f"  export PATH={Path(sys.executable).parent}:$PATH", highlight=False)
    for name in ("CONFIG", "REDIS_URL", "DEMO_TOKEN", "DEMO_SECRET", "MODEL_KEY"):
        variable = f"SLUICE_{name}"
        console.print(f"  export {variable}={stage.env[variable]}", highlight=False)
    with suppress(KeyboardInterrupt):  # the usual way to end it, and no failure
        while True:
            time.sleep(1.0)
            stage.children.check()
