"""Keep in Redis what teams taught: the model in use, those before it, and trials."""
