"""`sluice web`, `worker` and `beat`: run the processes."""

from __future__ import annotations

import click

from cli.app import fail, settings
from worker.health.heartbeat import Pulse
from worker.tasks import app, this_process

_LOGLEVEL = click.option(
    "--loglevel",
    default="INFO",
    show_default=True,
    help="Least severe messages to log: DEBUG, INFO, WARNING or ERROR.",
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on.",
)
def web(host: str, port: int) -> None:
    """Run the web process: take Jira's webhooks at POST /webhooks/SITE."""
    from webhooks.serve import serve  # Flask, which only this command needs

    found = settings(strict=True)
    pulse = Pulse(found.redis_url, "web").start()
    try:
        serve(found, host, port)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such address on this machine"
        fail(f"can't listen on {host}:{port}: {why}. Choose another --host or --port.")
    finally:
        pulse.stop()


@click.command()
@click.option(
    "--concurrency",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Number of issues to triage at once.",
)
@_LOGLEVEL
def worker(concurrency: int, loglevel: str) -> None:
    """Run a worker: triage the queued issues."""
    found = settings(strict=True)
    this_process().begin_work()
    pulse = Pulse(found.redis_url, "worker").start()
    try:
        app.worker_main(
            [
                "worker",
                f"--concurrency={concurrency}",
                f"--loglevel={loglevel}",
                "--without-gossip",
                "--without-mingle",
            ]
        )
    finally:
        pulse.stop()


@click.command()
@_LOGLEVEL
def beat(loglevel: str) -> None:
    """Run the scheduler of reconciling, weekly reports and retraining. Run exactly one."""
    found = settings(strict=True)
    this_process().begin_work()
    pulse = Pulse(found.redis_url, "beat").start()
    try:
        # The plain scheduler keeps no file: all its jobs can run again without harm.
        app.start(["beat", f"--loglevel={loglevel}", "--scheduler=celery.beat:Scheduler"])
    finally:
        pulse.stop()
