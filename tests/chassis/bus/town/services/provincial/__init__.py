"""A service of the town."""
