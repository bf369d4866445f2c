"""Prove by seeded trouble that Sluice keeps its promises: `python -m chaos --seeds 20`."""
