"""Decide one issue: classify, score, gate; explain the decision."""
