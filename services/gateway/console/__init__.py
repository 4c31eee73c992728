"""The console: what those who work at the hotline see. Pages translate; every rule, right and date is a service's.

A desk is a module of `pages/`, a folder of `templates/console/` and a line of `desks.py` (decision 0027).
"""
