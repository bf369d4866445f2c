"""Read rule files: from YAML to a rulebook that was checked."""
