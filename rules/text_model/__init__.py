"""Classify texts by a small linear model."""
