"""`sluice rules`: work on rule files, a verb a file."""

import worker.cli.rules.backtest
import worker.cli.rules.check
import worker.cli.rules.explain
import worker.cli.rules.fmt
import worker.cli.rules.lint
import worker.cli.rules.new
import worker.cli.rules.schema
import worker.cli.rules.status
import worker.cli.rules.test  # noqa: F401 - each registers its verbs with the group
