"""Parse JQL and match issues, as Jira does."""
