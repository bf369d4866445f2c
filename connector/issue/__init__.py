"""Read an issue: its facts, what people did, Sluice's record."""
