"""Read `sluice.yaml` and the environment."""
