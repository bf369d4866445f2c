"""Say what is wrong in a rule file, for people who write rules."""
