"""Measures what the project promises: `python -m bench NAME`. Its figures are ratios to a baseline in the same run."""
