"""Count how far people agreed with Sluice, and try changes of the book on what they decided."""
