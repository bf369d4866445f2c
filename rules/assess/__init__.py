"""Decide on one issue: classify, score, gate, and explain the decision."""
