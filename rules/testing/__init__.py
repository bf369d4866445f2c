"""Test rulebooks: examples, test files, backtests."""
