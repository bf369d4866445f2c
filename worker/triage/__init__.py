"""Triage one issue: gather, decide, write, and keep a record of the decision."""
