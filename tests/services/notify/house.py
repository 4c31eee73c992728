"""notify with its link, beside an intake and a directory that answer, and a channel that keeps what it was given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from chassis.grpc.asking import Asking
from chassis.linking import Line
from services.notify.channels import Outgoing, Receipt, Told, Unreachable
from services.notify.link import NotifyLink
from tests.journeys.waiting import until
from tests.services.directory.small_city import SmallCity
from tests.services.intake.desk import Desk
from tests.services.notify.office import Office

PATIENCE = 60.0
PROVIDERS = """inapp = true
webhook = true
[[provider]]
name = "post"
plugin = "post"
kinds = ["sms"]
rate = 100
price = "0.05"
"""


class Post:
    """A channel of these tests, as any plug-in is: keeps in memory what it was given."""

    name = "post"
    taken: ClassVar[list[Outgoing]] = []
    away = False
    hangs = False

    def __init__(self, _settings: Any) -> None:
        self._told: Told | None = None

    async def start(self, told: Told) -> None:
        """Hears nobody."""
        self._told = told

    async def send(self, message: Outgoing) -> str:
        """Takes it, and tells of it by its reference alone."""
        if Post.away:
            raise Unreachable("连接不上")
        Post.taken.append(message)
        if Post.hangs:
            await asyncio.sleep(PATIENCE)
        return f"ref-{message.message_id}"

    async def close(self) -> None:
        """Tells what became of everything, as a peer might that was asked before."""
        for message in Post.taken if self._told else []:
            await self._told(Receipt("", "delivered", reference=f"ref-{message.message_id}"))  # type: ignore[misc]  # it was started


class House:
    """notify with its link, beside an intake and a directory that answer."""

    def __init__(self, office: Office, intake: Desk, city: SmallCity) -> None:
        self.office, self.intake, self.city = office, intake, city
        peers = {"intake": intake.served, "directory": city.served}
        self.addresses = {name: f"127.0.0.1:{each._server.port}" for name, each in peers.items()}

    def carry(self, done: Callable[[], bool], links: int = 1) -> None:
        """Run a link, or several, until something is so."""
        asyncio.run(self._carry(done, links))

    async def _carry(self, done: Callable[[], bool], links: int) -> None:
        asking = Asking(replace(self.office.store.settings, addresses=self.addresses))
        line = Line(self.office.store, asking, asyncio.Event())
        running = asyncio.gather(*(NotifyLink().run(line) for _ in range(links)))
        await asyncio.to_thread(until, done, bool)
        if Post.hangs:
            running.cancel()
        else:
            line.stopping.set()
        await asyncio.gather(running, return_exceptions=Post.hangs)
        asking.close()

    def states(self) -> list[str]:
        return [row["state"] for row in self.office.rows("messages") if row["channel"] != "inapp"]

    def outcomes(self) -> list[str | None]:
        return [row["outcome"] for row in self.office.rows("attempts")]
