"""`sluice model`: the text model, a verb a file."""

import worker.cli.model.build
import worker.cli.model.evaluate
import worker.cli.model.info
import worker.cli.model.train  # noqa: F401 - each registers its verb with the group
