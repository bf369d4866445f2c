"""Measure the order of scores on issues with priorities."""
