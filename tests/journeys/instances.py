"""Whole hotlines for tests: started by the product's own command in a folder of their own, and stopped."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def processes_of(folder: Path, module: str) -> Iterator[int]:
    """Pids of an instance's processes that run a module, told by the folder in their environment. Linux only."""
    for entry in PROC.iterdir():
        if entry.name.isdigit() and _is(entry, folder, module):
            yield int(entry.name)


def kill_nine(pid: int) -> bool:
    """End a process as a power cut would; False when it was gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _is(entry: Path, folder: Path, module: str) -> bool:
    try:
        command = (entry / "cmdline").read_bytes().split(b"\0")
        environment = (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return module.encode() in command and f"DATA={folder}".encode() in environment
