"""Those who are called: SIPp on a free port, each playing one scenario for every call it gets."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.packages import program
from tests.servers.processes import LOOPBACK, child, free_port, wait_until

SCENARIOS = Path(__file__).parent / "sipp"


@contextmanager
def running_callee(folder: Path, scenario: str, code: str = "") -> Iterator[int]:
    """The port of someone who answers, rings, hangs_up or turns_down, the last with a SIP code. Raises CannotStart."""
    sipp, port = program("sipp", "sip-tester"), free_port()
    script = folder / f"{scenario}.xml"
    script.write_text((SCENARIOS / script.name).read_text().replace("CODE", code))
    log = folder / "sipp.log"
    args: list[str | Path] = [sipp, "-sf", script, "-i", LOOPBACK, "-p", str(port), "-mi", LOOPBACK, "-mp", str(free_port()), "-nostdin"]
    with child(args, log, stop=signal.SIGKILL) as running:
        wait_until(lambda: _is_taken(port), running, log)
        yield port


def _is_taken(port: int) -> None:
    """Raises ConnectionError until someone listens there by UDP."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return
    raise ConnectionError("nobody listens yet")
