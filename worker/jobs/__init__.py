"""Run what is due by the clock: reconciling, the weekly report, retraining."""
