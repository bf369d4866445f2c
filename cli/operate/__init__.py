"""Run the processes of a site, check its set-up, and look after its work."""
