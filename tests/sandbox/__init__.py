"""Tests of the sandbox Jira."""
