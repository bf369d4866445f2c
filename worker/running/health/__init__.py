"""Say whether Sluice works: heartbeats of its processes, and one line for each thing checked."""
