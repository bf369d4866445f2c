"""Define the effects of rules, one in each file: vote for a class, give points, give a verdict."""
