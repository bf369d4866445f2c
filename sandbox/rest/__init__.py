"""Answer Jira's REST addresses."""
