"""Read the values of clauses, by the type of their field."""
