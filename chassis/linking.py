"""A service's connections to the outside: what its link.py makes as LINK, and what it is given to work with."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import Counter

from chassis.caller import Caller
from chassis.grpc.asking import Asking
from chassis.store import Store

LOG = logging.getLogger(__name__)
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# One that ran so long is taken to have been well.
HEALTHY_SECONDS = 60.0
ENDED = Counter("hotline_link_ended_total", "Times a link ended without being told to", ("service",))


@dataclass(frozen=True)
class Line:
    """What a link is given. Store and asking wait for their answers, so call them by `asyncio.to_thread`.

    A link claims its work in a transaction of the store, acts, and notes the outcome in another: what it claimed and a
    crash left must be claimed again after a while, so whoever is outside must bear to be spoken to twice.
    """

    store: Store
    asking: Asking
    stopping: asyncio.Event

    def by(self, tenant_id: str) -> Caller:
        """In whose name a link writes to a tenant's rows: the service's own."""
        return Caller.timer(self.store.service, tenant_id)

    async def rest(self, seconds: float) -> None:
        """Wait so long, or until told to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


class Link(Protocol):
    """The class LINK of a service's link.py."""

    async def run(self, line: Line) -> None:
        """Work until `line.stopping` is set. What it raises ends this run; another begins afresh."""


class Kept:
    """A link that is run, and run again when it ends unasked: later each time."""

    def __init__(self, make: Callable[[], Link], line: Line) -> None:
        self.line = line
        self.running = False
        self._make = make

    async def keep(self) -> None:
        """Until told to stop."""
        pause = SHORTEST_PAUSE
        while not self.line.stopping.is_set():
            begun = time.monotonic()
            await self._once()
            if time.monotonic() - begun > HEALTHY_SECONDS:
                pause = SHORTEST_PAUSE
            await self.line.rest(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _once(self) -> None:
        service = self.line.store.service
        self.running = True
        try:
            await self._make().run(self.line)
        except Exception:
            LOG.exception("the link of %s failed", service)
        finally:
            self.running = False
        if not self.line.stopping.is_set():
            ENDED.labels(service).inc()
            LOG.warning("the link of %s ended and will be run again", service)
