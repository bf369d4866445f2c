"""`python -m webhooks`: `sluice web` without the rest of the command line."""

from __future__ import annotations

import argparse

from webhooks.serve import serve


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="sluice web", description="Take Jira's webhooks.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    serve(options.host, options.port)


if __name__ == "__main__":
    main()
