"""Speak HTTP with a Jira site: one connection, and what its errors mean."""
