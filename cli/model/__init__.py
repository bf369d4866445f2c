"""Add the `sluice model` commands, a file each."""

import cli.model.build
import cli.model.eval
import cli.model.info
import cli.model.signals
import cli.model.train  # noqa: F401 - each registers its verb with the group
