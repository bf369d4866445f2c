"""Hold the state of the sandbox: projects, issues, people, limits and faults."""
