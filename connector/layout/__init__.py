"""Know a site: its fields, its words, what can be edited."""
