"""Find rules that never fire, always fire, contradict or shadow each other."""
