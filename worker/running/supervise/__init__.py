"""Keep worker and beat at work: they come back after each fault, and end only when asked."""
