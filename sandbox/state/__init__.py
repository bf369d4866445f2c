"""Hold the state of the practice Jira: projects, issues, people, limits and faults."""
