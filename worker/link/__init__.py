"""Reach a Redis: its address, the words for its errors, and patience with one that hangs."""
