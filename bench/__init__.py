"""Measures what the project promises: `python -m bench NAME [ARGUMENT …]`. Its figures stand beside a baseline of the same run."""
