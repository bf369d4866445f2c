"""Print a rule file in the standard format, for `sluice rules fmt`."""
