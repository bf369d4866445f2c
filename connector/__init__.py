"""Talk to Jira. No other package does."""
