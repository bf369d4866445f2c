"""Keep a record of each decision, from which it can be made again."""
