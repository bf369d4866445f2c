"""Learn from issues that people labelled or corrected, and measure it."""
