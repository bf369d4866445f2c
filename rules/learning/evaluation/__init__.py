"""Measure classes on labelled issues, before and after learning."""
