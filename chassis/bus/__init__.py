"""Telling: what a worker declares with `@listens` and `@ticks`, and everything that carries events to it.

A worker's own module needs no more than these two names, and imports neither nameko nor eventlet by them.
"""

from chassis.bus.marks import listens, ticks

__all__ = ["listens", "ticks"]
