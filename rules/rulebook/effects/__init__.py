"""What a rule can do, an effect a file: vote for a class, give points, give a verdict."""
