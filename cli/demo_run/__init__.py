"""Start and describe the demo. Production code never imports this package."""
