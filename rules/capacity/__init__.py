"""Compare the work of a week with the targets for each class."""
