"""Read rule files: from YAML to a checked rulebook."""
