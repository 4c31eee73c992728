"""Holds what the system answers against the book. A fact is a name with a value; both sides name them alike."""
