"""Serve Jira's REST API."""
