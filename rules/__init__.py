"""The judge: an issue and a rulebook in, an assessment out. Pure."""
