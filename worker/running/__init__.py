"""Run the processes: keep them at work through faults, and say whether Sluice works."""
