"""Telling and commanding: what a worker declares with `@listens`, `@takes` and `@ticks`, and what carries events and commands to it.

A worker's own module needs no more than these names, and imports neither nameko nor eventlet by them.
"""

from chassis.bus.marks import listens, takes, ticks

__all__ = ["listens", "takes", "ticks"]
