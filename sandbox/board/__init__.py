"""Show the board: a web page on which a person sees and edits issues."""
