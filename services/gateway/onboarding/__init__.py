"""Brings a district in: one TOML file, carried out through the public API as its administrators would (decision 0036)."""
