"""Keep teams' models: one source for all processes, a history, a way back, a copy on disk."""
