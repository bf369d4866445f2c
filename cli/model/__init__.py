"""`sluice model`: work on text models, each subcommand in its file."""
