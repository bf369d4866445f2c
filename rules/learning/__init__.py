"""Train on issues that people labelled or corrected, and evaluate the result."""
