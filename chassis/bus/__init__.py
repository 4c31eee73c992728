"""Telling and commanding: what a worker declares by marks, `@listens` and its like, and what carries events and commands to it.

A worker's own module needs no more than these names, and imports neither nameko nor eventlet by them.
"""

from chassis.bus.marks import listens, listens_together, takes, ticks

__all__ = ["listens", "listens_together", "takes", "ticks"]
