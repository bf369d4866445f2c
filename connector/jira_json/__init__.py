"""Read the values in Jira's JSON, and its changelog."""
