"""Collect what people decided: lessons, their weights, and guards against a careless hand."""
