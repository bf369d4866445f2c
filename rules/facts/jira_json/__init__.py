"""Read the values in Jira's own JSON, from its REST API or from a file. Pure."""
