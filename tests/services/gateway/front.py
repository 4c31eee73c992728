"""The gateway as those outside see it: its real application on a free port, in front of real services in this process."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from chassis.caller import Caller
from chassis.settings import Settings
from services.gateway.app import make_app
from services.gateway.serving import Server
from tests.servers.processes import free_port


@dataclass(frozen=True)
class Answer:
    """What came back."""

    code: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Front:
    """An address that answers by HTTP."""

    url: str
    bearer: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    token: Callable[[Caller], str] = str

    def by(self, caller: Caller | None) -> Front:
        """The same, spoken to by somebody else, or nobody."""
        return replace(self, bearer=self.token(caller) if caller else "")

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request, and whatever is answered to it; redirects are not followed."""
        told = {**self.headers, **({"Authorization": f"Bearer {self.bearer}"} if self.bearer else {})}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, told, method=method)
        opener = urllib.request.build_opener(_Stay)
        try:
            with opener.open(request, timeout=60) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, _lower(refused.headers), refused.read())

    def do(self, verb: str, *, key: str = "", **said: Any) -> Answer:
        """A verb of the JSON API: `intake/RegisterTicket`, with an idempotency key of its own unless one is given."""
        return self.send("POST", f"/api/v1/{verb}", json.dumps(said).encode(), Idempotency_Key=key or str(uuid4()))


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@contextmanager
def front(settings: Settings) -> Iterator[Front]:
    """The gateway of these settings, until the block ends."""
    server = Server(make_app(settings), settings, free_port())
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        yield Front(f"http://127.0.0.1:{server.config.port}")
    finally:
        server.should_exit = True
        thread.join()
