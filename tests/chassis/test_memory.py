"""What a thread freed is given back, so that a process that built something large is as small as what it keeps."""

import ctypes
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chassis.memory import give_back

MEGABYTE = 1024


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library gives back what is freed by itself")
def test_what_was_freed_is_given_back() -> None:
    def use_much() -> bytes:
        blocks = [bytes(2_000) for _ in range(50_000)]
        return blocks[-1]

    with ThreadPoolExecutor(1) as threads:
        kept = threads.submit(use_much).result()
        held = _resident()
        give_back()
    assert kept
    assert held - _resident() > 50 * MEGABYTE


def _resident() -> int:
    """Of this process, in kilobytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
