"""`sluice rules`: work on rule files, a verb a file."""

import worker.cli.rules.check  # noqa: F401 - each registers its verbs with the group
