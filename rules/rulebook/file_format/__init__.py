"""Model the rule file for pydantic: the book, its rules, its blocks."""
