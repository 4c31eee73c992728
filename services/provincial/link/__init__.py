"""provincial's connections to the provinces: where they push, where they are asked, and where they are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp

from chassis.linking import Line
from services.provincial.link.listening import Listener
from services.provincial.link.polling import Poll
from services.provincial.link.speaking import Speaking
from services.provincial.link.taking import Taking
from services.provincial.link.telling import Telling
from services.provincial.provinces import setup_of

IDLE_SECONDS = 0.2


class ProvincialLink:
    """Every province that is set up, each by itself so that none waits for another."""

    async def run(self, line: Line) -> None:
        """Until told to stop; what is under way ends first."""
        setup = setup_of(line.store.settings)
        taking = Taking(line)
        listener = Listener(setup, taking) if setup.listen else None
        if listener:
            await listener.open()
        try:
            async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
                for province in setup.provinces:
                    speaking = Speaking(province, session)
                    group.create_task(_again(line, Telling(line, speaking).once, IDLE_SECONDS))
                    if province.poll_seconds:
                        group.create_task(_again(line, Poll(line, speaking, taking).once, province.poll_seconds))
                await line.stopping.wait()
        finally:
            if listener:
                await listener.close()


async def _again(line: Line, once: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Do it again and again: where it says that there is more after as long as it took, so that a backlog gives way, else after so long."""
    while not line.stopping.is_set():
        began = time.monotonic()
        more = await once()
        await line.rest(min(time.monotonic() - began, seconds) if more else seconds)


LINK = ProvincialLink
