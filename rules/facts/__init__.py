"""Read what conditions can ask of an issue."""
