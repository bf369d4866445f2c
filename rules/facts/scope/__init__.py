"""Measure what an issue promises: its deliverables, and how much it grew since acceptance."""
