"""Create, edit and comment issues: check all of a request, then apply all of it or nothing."""
