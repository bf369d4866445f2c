"""Feed Sluice's parsers what a stranger may send, and keep what crashes or hangs one."""
