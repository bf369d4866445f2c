"""Measure Sluice beside a minimal baseline; run it with `python -m bench`."""
