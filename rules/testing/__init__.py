"""Test rules: examples, test files, backtests."""
