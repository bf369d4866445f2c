"""Render issues as JSON and their texts as HTML."""
