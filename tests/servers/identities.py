"""A private identity provider (OpenID Connect) on npm's oidc-provider, which may be away, and comes back with other keys."""

from __future__ import annotations

import itertools
import json
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.servers.processes import LOOPBACK, child, free_port, wait_until
from tests.servers.smsc import node

SCRIPT = Path(__file__).with_name("identities.mjs")
PASSWORD = "provider-horse-7"
FILE = """issuer = "{issuer}"
client_id = "{client}"
client_secret = "{secret}"
console = "{console}"
tenant = "zibo"
"""


class Identities:
    """It knows `people` (login: what it says of them) and lets `clients` ask."""

    def __init__(self, folder: Path, console: str) -> None:
        self.port, self.console, self.folder = free_port(), console, folder
        self.issuer = f"http://{LOOPBACK}:{self.port}"
        self._running = ExitStack()
        self._numbers = itertools.count(1)
        asked = {
            "client_secret": "client-secret-of-tests",
            "redirect_uris": [f"{console}/login/returned"],
            "post_logout_redirect_uris": [f"{console}/login"],
        }
        clients = [{"client_id": name, **asked} for name in ("hotline", "elsewhere", "brief")]
        (folder / "clients.json").write_text(json.dumps(clients), encoding="utf-8")

    def know(self, **people: dict[str, Any]) -> None:
        """These people from now on, all with one password."""
        said = {login: {"password": PASSWORD, **person} for login, person in people.items()}
        (self.folder / "people.json").write_text(json.dumps(said), encoding="utf-8")

    def told(self, more: str = "", *, client: str = "hotline", issuer: str = "") -> Path:
        """A new file for IDENTITY_PROVIDER: `more` are further lines of TOML."""
        # Processes read each file once.
        file = self.folder / f"provider-{next(self._numbers)}.toml"
        whole = FILE.format(issuer=issuer or self.issuer, client=client, secret="client-secret-of-tests", console=self.console)
        file.write_text(whole + more, encoding="utf-8")
        return file

    def start(self) -> None:
        """Start it with keys that it did not have before, and wait until it answers."""
        log = self.folder / "identities.log"
        server = self._running.enter_context(child([node(), SCRIPT, str(self.port), self.folder], log, stop=signal.SIGKILL))
        wait_until(lambda: urllib.request.urlopen(f"{self.issuer}/jwks", timeout=10).close(), server, log)

    def stop(self) -> None:
        """Away."""
        self._running.close()


@contextmanager
def running_identities(folder: Path, console: str) -> Iterator[Identities]:
    """One in a folder of its own, for a console at an address."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Identities(folder, console)
    found.know()
    found.start()
    try:
        yield found
    finally:
        found.stop()
