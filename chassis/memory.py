"""Memory that was freed and is still held."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Return what was freed to the system.

    glibc keeps it for each thread that once used much, should it do so again; other C libraries return it by themselves.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
