"""Parse conditions and compile them to functions."""
