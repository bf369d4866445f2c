"""`sluice model`: the text model, a verb a file."""

import cli.model.build
import cli.model.eval
import cli.model.info
import cli.model.train  # noqa: F401 - each registers its verb with the group
