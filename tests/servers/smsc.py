"""A private SMSC on npm's smpp, which does as it is told, and may be killed and started again on the same port."""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.servers.processes import LOOPBACK, CannotStart, child, free_port, wait_until

SCRIPT = Path(__file__).with_name("smsc.js")
BESIDE_PYTHON = Path(__file__).parents[2] / ".venv/bin/node"
ORDER_SECONDS = 10
PROVIDERS = """inapp = true
webhook = true
[[provider]]
name = "mobile"
plugin = "sms.smpp"
kinds = ["sms"]
rate = 100000
price = "0"
[provider.settings]
host = "{host}"
port = {port}
system_id = "hotline"
password = "{password}"
source = "10612345"
binds = 2
window = 32
"""


class Smsc:
    """It listens on `port` and lets in whoever knows `password`. `provider` is a house's PROVIDERS whose SMS all go to it."""

    def __init__(self, folder: Path) -> None:
        self.port, self.password = free_port(), secrets.token_hex(4)
        self._orders = free_port()
        self._journal = folder / "smsc.jsonl"
        self._log = folder / "smsc.log"
        self._running = ExitStack()
        self.provider = folder / "providers.toml"
        self.provider.write_text(PROVIDERS.format(host=LOOPBACK, port=self.port, password=self.password), encoding="utf-8")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        args: list[str | Path] = [node(), SCRIPT, str(self.port), str(self._orders), self.password, self._journal]
        server = self._running.enter_context(child(args, self._log, stop=signal.SIGKILL))
        wait_until(self.order, server, self._log)

    def kill(self) -> None:
        """End it without a word; what it took it remembers."""
        self._running.close()

    def order(self, **wanted: Any) -> dict[str, Any]:
        """Tell it what to do (the names stand in smsc.js); answers how it is."""
        request = urllib.request.Request(f"http://{LOOPBACK}:{self._orders}", json.dumps(wanted).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=ORDER_SECONDS) as answer:
            how: dict[str, Any] = json.load(answer)
        return how

    def took(self) -> list[dict[str, Any]]:
        """Every submit it took, oldest first."""
        return [fact for fact in self._facts() if "took" in fact]

    def told(self) -> list[str]:
        """The ids of those whose receipts were taken from it."""
        return [fact["told"] for fact in self._facts() if "told" in fact]

    def _facts(self) -> list[dict[str, Any]]:
        """Since it was last told to forget."""
        facts: list[dict[str, Any]] = []
        # What it is writing just now has no end yet.
        whole, _, _ = self._journal.read_text(encoding="utf-8").rpartition("\n")
        for line in whole.splitlines():
            fact = json.loads(line)
            if "forgotten" in fact:
                facts.clear()
            else:
                facts.append(fact)
        return facts


@contextmanager
def running_smsc(folder: Path) -> Iterator[Smsc]:
    """An SMSC that runs while inside. Raises CannotStart."""
    smsc = Smsc(folder)
    smsc.start()
    try:
        yield smsc
    finally:
        smsc.kill()


def node() -> Path:
    """The program. Raises CannotStart where there is none."""
    found = shutil.which("node")
    if found is None and not BESIDE_PYTHON.exists():
        raise CannotStart("the tests need node: make lint installs it beside Python where the machine has none")
    return Path(found) if found else BESIDE_PYTHON
