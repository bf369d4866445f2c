"""Search words in texts, as after `~`."""
