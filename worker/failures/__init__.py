"""Decide what follows a failed request to Jira: a pause of the site, another try, a dead letter."""
