"""`sluice rules`: work on rule files, each subcommand in its file."""
