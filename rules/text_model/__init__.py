"""Classify texts with a small linear model."""
