"""Print a rule file in one shape, for `sluice rules fmt`."""
