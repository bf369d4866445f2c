"""Tell how urgent people called issues with the words of a text."""
