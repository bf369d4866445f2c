"""Write the triage comment."""
