"""Find rules that never fire, always fire, contradict each other or never decide."""
