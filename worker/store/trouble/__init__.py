"""Keep what keeps issues from their triage: pauses, dead letters, signs of life, counts."""
