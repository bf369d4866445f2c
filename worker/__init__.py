"""Run the triage: settings, queue, rulebooks and scheduled jobs."""
