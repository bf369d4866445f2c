"""Read the facts of an issue for conditions."""
