"""Keep what keeps issues from their triage: the pauses of a site, and the dead letters."""
