"""Compare a challenger with the model in use: on decisions, in order of time, part by part."""
