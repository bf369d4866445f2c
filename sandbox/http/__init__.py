"""Read requests, check sign-in and limits, and write answers."""
