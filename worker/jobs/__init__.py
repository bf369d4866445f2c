"""Run scheduled jobs: reconcile, weekly report, retrain."""
