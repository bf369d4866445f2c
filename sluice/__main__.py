"""`python -m sluice`: the `sluice` command."""

from sluice import main

main()
