"""What the command line's `demo` starts and shows; production code never imports it."""
