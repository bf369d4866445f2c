"""Train a team's model and work with it: its history, the way back, its preview."""
