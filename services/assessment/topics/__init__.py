"""Likeness of many texts at once: needs scipy, so jobs alone import it, and no worker does."""
