"""A private Kannel: an HTTP gateway that sends by SMPP, and calls back with receipts."""

from __future__ import annotations

import secrets
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.packages import program
from tests.servers.processes import LOOPBACK, child, free_port, wait_until
from tests.servers.smsc import Smsc

USER = "hotline"
CONFIG = """
group = core
admin-port = {admin}
admin-interface = {loopback}
admin-password = {password}
smsbox-port = {boxes}
smsbox-interface = {loopback}
dlr-storage = internal
log-level = 1

group = smsc
smsc = smpp
host = {loopback}
port = {smsc.port}
transceiver-mode = true
smsc-username = kannel
smsc-password = {smsc.password}
system-type = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = {loopback}
sendsms-port = {port}
sendsms-interface = {loopback}
http-request-retry = 20
http-queue-delay = 1
log-level = 1

group = sendsms-user
username = {user}
password = {password}
concatenation = true
max-messages = 10
"""


@dataclass(frozen=True)
class Kannel:
    """Where it takes messages, and from whom."""

    url: str
    user: str
    password: str


@contextmanager
def running_kannel(folder: Path, smsc: Smsc) -> Iterator[Kannel]:
    """A Kannel in front of an SMSC, while inside. Raises CannotStart."""
    bearerbox, smsbox = program("bearerbox", "kannel"), program("smsbox", "kannel")
    admin, boxes, port, password = free_port(), free_port(), free_port(), secrets.token_hex(8)
    config = folder / "kannel.conf"
    config.write_text(CONFIG.format(admin=admin, boxes=boxes, port=port, password=password, user=USER, loopback=LOOPBACK, smsc=smsc))
    log, box_log = folder / "bearerbox.log", folder / "smsbox.log"
    with child([bearerbox, config], log, stop=signal.SIGKILL) as bearer:
        wait_until(lambda: _shows("online", admin, password), bearer, log)
        # It ends where no bearerbox listens.
        with child([smsbox, config], box_log, stop=signal.SIGKILL) as box:
            wait_until(lambda: _shows("smsbox", admin, password), box, box_log)
            yield Kannel(f"http://{LOOPBACK}:{port}/cgi-bin/sendsms", USER, password)


def _shows(word: str, admin: int, password: str) -> None:
    """Raises OSError until its status page has a word."""
    with urllib.request.urlopen(f"http://{LOOPBACK}:{admin}/status.txt?password={password}", timeout=5) as page:
        if word not in page.read().decode():
            raise ConnectionError(f"not {word} yet")
