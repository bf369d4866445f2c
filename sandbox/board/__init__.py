"""Serve the board: web pages to see and edit issues."""
