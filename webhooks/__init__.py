"""Take Jira's webhooks: check the signature and queue the issue id."""
