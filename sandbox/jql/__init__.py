"""Parse and match JQL as the practice Jira does."""
