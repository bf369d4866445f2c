"""Run `sluice trust`: read what people decided, print how far they agreed, write a patch."""
