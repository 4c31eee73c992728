"""A province for tests and demos: a separate program that speaks the wire format, checks signatures, and misbehaves as told.

`python -m simulator.province --port 9443 --city http://127.0.0.1:8443 --key …` serves `/link` to the city and `/control` to
whoever directs the play. It spells the format by itself, so that it checks the city's.
"""
