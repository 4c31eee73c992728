"""Starting a server as a child, waiting until it answers, stopping it by its own process id."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range from which kernels lend ports to outgoing connections. A share for each process of pytest-xdist: between finding
# a port free and listening on it lie seconds, in which another of them would find it free too.
SHARE = 3_000
FIRST = 20_000 + SHARE * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4)
PORTS = range(FIRST, FIRST + SHARE)
# A shared machine may be busy with other tests.
START_SECONDS = 180
STOP_SECONDS = 10


class CannotStart(Exception):
    """A server cannot be had; the message is one line that says what to do."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


@contextmanager
def child(
    args: Sequence[str | Path], log: Path, *, stop: signal.Signals, env: Mapping[str, str] | None = None, user: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A child process in a session of its own, writing to `log`, ended at the end by the signal `stop`.

    With `user` it runs as that system user, in the group of that name alone.
    """
    with log.open("wb") as output:
        started = subprocess.Popen(
            args,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=env,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    try:
        yield started
    finally:
        _end(started, stop)


def wait_until(answers: Callable[[], object], server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until `answers` stops raising OSError. Raises CannotStart when the server ends before, or never answers."""
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            answers()
        except OSError as failure:
            if server.poll() is not None or time.monotonic() > give_up:
                last = " ".join(log.read_text(errors="replace").split())[-600:]
                raise CannotStart(f"{server.args!r} does not answer ({failure}); its log ends: {last}") from failure
            time.sleep(0.1)
        else:
            return


def _end(started: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(started.pid, stop)
    try:
        started.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
