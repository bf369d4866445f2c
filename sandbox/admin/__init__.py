"""Serve the routes under /sandbox, which belong to no Jira."""
