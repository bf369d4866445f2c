"""Model the rule file for pydantic: the rulebook, its rules, its blocks."""
