"""Keep the rulebooks and text models of a running process up to date."""
