"""Read what the text of an issue states, and whether it affirms, denies, plans or asks it.

Between text and rules: `read_statements` splits a title and a body to statements with marks.
"""
