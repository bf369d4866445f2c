"""Count where a week of work went, against the targets."""
