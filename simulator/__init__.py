"""A city that calls: plays citizens' messages through a running hotline, as a client of its public API."""
