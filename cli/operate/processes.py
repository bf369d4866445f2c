"""`sluice web`, `worker` and `beat`: run the processes."""

from __future__ import annotations

import sys

import click

from cli.app import fail, settings
from worker.link.patience import be_hasty
from worker.running.health import logs
from worker.running.health.heartbeat import beating
from worker.running.supervise.alive import is_consuming
from worker.running.supervise.parent import supervised
from worker.tasks import celery, this_process

_LOGLEVEL = click.option(
    "--loglevel",
    default="INFO",
    show_default=True,
    help="Least severe messages to log: DEBUG, INFO, WARNING or ERROR.",
)
_LOG_FORMAT = click.option(
    "--log-format",
    type=click.Choice(logs.FORMATS),
    default="text",
    show_default=True,
    envvar="SLUICE_LOG_FORMAT",
    help="Lines for people, or one JSON object a line. Also SLUICE_LOG_FORMAT.",
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
@_LOG_FORMAT
def web(host: str, port: int, log_format: logs.Format) -> None:
    """Run the web process: take Jira's webhooks at POST /webhooks/SITE."""
    logs.configure(log_format)
    from webhooks.serve import serve  # Flask, which only this command needs

    be_hasty()  # Jira waits for the answer
    found = settings(strict=True)
    try:
        with beating(found.redis_url, "web"):
            serve(found, host, port)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such address on this machine"
        fail(f"can't listen on {host}:{port}: {why}. Choose another --host or --port.")


@click.command()
@click.option(
    "--concurrency",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Number of issues to triage at once.",
)
@_LOGLEVEL
@_LOG_FORMAT
def worker(concurrency: int, loglevel: str, log_format: logs.Format) -> None:
    """Run a worker: triage the queued issues."""
    logs.configure(log_format, loglevel)
    found = settings(strict=True)

    def run() -> int:
        this_process().begin_work()
        with beating(found.redis_url, "worker", is_consuming):
            return celery(
                "worker",
                f"--concurrency={concurrency}",
                f"--loglevel={loglevel}",
                "--without-gossip",
                "--without-mingle",
            )

    sys.exit(supervised("worker", run))


@click.command()
@_LOGLEVEL
@_LOG_FORMAT
def beat(loglevel: str, log_format: logs.Format) -> None:
    """Run the scheduler of reconciling, weekly reports and retraining. Run exactly one."""
    logs.configure(log_format, loglevel)
    found = settings(strict=True)

    def run() -> int:
        this_process().begin_work()
        with beating(found.redis_url, "beat", is_consuming):
            scheduler = "--scheduler=worker.running.supervise.schedule:Scheduler"
            return celery("beat", f"--loglevel={loglevel}", scheduler)

    sys.exit(supervised("beat", run))
