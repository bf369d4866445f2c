"""List the words that everybody shares: classes, verdicts, quadrants."""
