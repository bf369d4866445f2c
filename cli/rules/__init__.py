"""`sluice rules`: work on rule files, each subcommand in its file."""

import cli.rules.backtest.command
import cli.rules.check
import cli.rules.expect
import cli.rules.explain
import cli.rules.fmt
import cli.rules.judge
import cli.rules.lint
import cli.rules.new.command
import cli.rules.schema
import cli.rules.status
import cli.rules.test  # noqa: F401 - each registers its commands with the group
