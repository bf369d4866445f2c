"""Work with a team's model in use: its history, the way back, its preview."""
