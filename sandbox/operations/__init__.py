"""Create, edit and comment issues. Check the entire request first, then apply all or nothing."""
