"""Benchmarks: what the hotline does, measured beside what it is measured against. `python -m bench NAME [ARGUMENT …]`."""
