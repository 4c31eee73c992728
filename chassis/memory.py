"""Memory that was freed and is still held."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Return what was freed to the system. glibc keeps it for each thread that once used much, which here will not again; others return it themselves."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
