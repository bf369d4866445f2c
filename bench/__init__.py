"""What Sluice costs, side by side with the bare minimum; `python -m bench` prints it."""
