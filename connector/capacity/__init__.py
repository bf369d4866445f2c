"""Read what people worked on, and write the weekly report."""
