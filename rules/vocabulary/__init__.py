"""Define the words that all packages share: classes, verdicts, quadrants, languages."""
