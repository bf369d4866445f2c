"""Ask a Jira site for what one answer leaves out, and write on its issues."""
