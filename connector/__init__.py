"""Jira, and only Jira."""
