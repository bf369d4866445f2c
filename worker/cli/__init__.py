"""The `sluice` command: one verb a function."""

import worker.cli.demo
import worker.cli.issues
import worker.cli.model
import worker.cli.processes
import worker.cli.queue
import worker.cli.rules  # noqa: F401 - each registers its verbs with the group
from worker.cli.group import main

__all__ = ["main"]
