"""`python -m worker.cli`: the `sluice` command."""

from worker.cli import main

main(prog_name="sluice")
