"""What a process does with its memory, and how seldom it looks for garbage in it."""

from __future__ import annotations

import ctypes
import gc

# So many more objects made than let go before it is looked for cycles among them; Python's own 700 are a few calls.
YOUNG = 50_000


def give_back() -> None:
    """Return what was freed to the system.

    glibc keeps it for each thread that once used much, should it do so again; other C libraries return it by themselves.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def settle() -> None:
    """What was loaded stays for the life of the process: from now on it is not looked through for garbage, and the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
