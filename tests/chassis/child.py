"""A process to be watched: `python -m tests.chassis.child NOTES [MANNER]`. It notes its id and waits to be told to stop."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from chassis.processes import Child


def main(notes: str, manner: str = "obedient") -> int:
    told = threading.Event()
    signal.signal(signal.SIGTERM, signal.SIG_IGN if manner == "stubborn" else lambda *_: told.set())
    if manner == "parent":
        Child("grandchild", ("tests.chassis.child", f"{notes}.grandchild")).start()
    with Path(notes).open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    if manner == "failing":
        return 7
    told.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
