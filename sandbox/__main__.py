"""Serve a sandbox Jira until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from sandbox.server import DEPLOYMENTS, Sandbox


def main(arguments: list[str] | None = None) -> int:
    """Serve a sandbox. The only line of output is its address."""
    args = _parser().parse_args(arguments)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    try:
        sandbox = Sandbox(
            deployment=args.deployment,
            projects=args.seed_project or ["DEMO"],
            host=args.host,
            port=args.port,
            rate_limits=args.rate_limits,
            context_path=args.context_path,
            base_url=args.base_url,
        )
    except OSError as wrong:
        print(f"sandbox: cannot listen on {args.host}:{args.port}: {wrong}", file=sys.stderr)
        return 1
    with sandbox:
        print(f"sandbox: {sandbox.url}", flush=True)
        done.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="port (default: a free one)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--deployment", choices=DEPLOYMENTS, default="cloud", help="kind of Jira to imitate"
    )
    parser.add_argument(
        "--seed-project",
        nargs="+",
        action="extend",
        metavar="KEY",
        help="keys of the projects to create (default: DEMO)",
    )
    parser.add_argument("--context-path", default="", help='prefix of all paths, such as "/jira"')
    parser.add_argument("--base-url", help="own address in answers (default: host and port)")
    parser.add_argument("--rate-limits", action="store_true", help="apply Jira Cloud's rate limits")
    return parser


if __name__ == "__main__":
    sys.exit(main())
