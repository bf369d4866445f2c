"""Read requests, sign people in, and write answers."""
