"""Streams to screens (server-sent events): what several show alike is asked once a beat for all of them.

A screen that is slow is sent the newest alone; one whose session ends is told so and let go. A stream ends with its access token, and
the browser asks for the next by itself, with its cookies.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager

import grpc
from fastapi.sse import format_sse_event

from chassis.clock import real_now
from services.gateway.console.visiting import Visit
from services.gateway.problems import problem_of

LOG = logging.getLogger(__name__)
BEAT_SECONDS, QUIET_SECONDS = 5.0, 10.0
MOST_OF_A_PERSON, MOST_IN_ALL = 4, 200
# What a screen is told beside what it shows: services are away, the session ended, too many are open.
AWAY, ENDED, FULL = "away", "ended", "full"
Look = Callable[[Visit], Awaitable[str]]


class Screen:
    """One of those who look: what waits to be sent to it, of each name the newest."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self._waiting: dict[str, str] = {}
        self._woken = asyncio.Event()

    def put(self, name: str, data: str) -> None:
        """Send it as soon as may be."""
        self._waiting[name] = data
        self._woken.set()

    async def take(self, seconds: float) -> dict[str, str]:
        """What waits, by name; nothing if nothing came in so many seconds."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return {}
        self._woken.clear()
        taken, self._waiting = self._waiting, {}
        return taken


class Feed:
    """What is asked once a beat as long as a screen shows it. Where its services refuse the session, a screen's own feed ends it."""

    def __init__(self, name: str, look: Look, *, own: bool) -> None:
        self._name, self._look, self._own = name, look, own
        self._screens: list[Screen] = []
        self._newest: tuple[str, str] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_watched(self) -> bool:
        """Whether a screen shows it."""
        return bool(self._screens)

    def join(self, screen: Screen) -> None:
        """From now on, beginning with what was last seen."""
        self._screens.append(screen)
        if self._newest is not None:
            screen.put(*self._newest)
        if self._task is None:
            self._task = asyncio.create_task(self._beat())

    def leave(self, screen: Screen) -> None:
        """No longer; without screens nobody asks."""
        self._screens.remove(screen)
        if not self._screens and self._task is not None:
            self._task.cancel()

    async def _beat(self) -> None:
        try:
            while True:
                # Whoever came last has the token that lives longest.
                self._tell(*await self._seen(self._screens[-1].visit))
                await asyncio.sleep(BEAT_SECONDS)
        finally:
            self._tell(AWAY, "")

    async def _seen(self, visit: Visit) -> tuple[str, str]:
        try:
            return self._name, await self._look(visit)
        except grpc.RpcError as error:
            return (ENDED if self._own and problem_of(error).reason == "UNKNOWN" else AWAY), ""
        except Exception:
            LOG.exception("what a screen shows as %s could not be made", self._name)
            return AWAY, ""

    def _tell(self, name: str, data: str) -> None:
        self._newest = name, data
        for screen in self._screens:
            screen.put(name, data)


class Streams:
    """All of a gateway's. `shared` is asked once for a tenant's people with the same roles, `own` for each session."""

    def __init__(self, shared: tuple[str, Look], own: tuple[str, Look]) -> None:
        self._shared, self._own = shared, own
        self._feeds: dict[Hashable, Feed] = {}
        self._screens: list[Screen] = []
        self._people: Counter[str] = Counter()
        self._closing = False

    def close(self) -> None:
        """Let every screen go: it comes back to whoever serves next."""
        self._closing = True
        for screen in self._screens:
            screen.put(AWAY, "")

    async def stream(self, visit: Visit) -> AsyncIterator[bytes]:
        """What one screen is sent."""
        person = visit.session.person_id
        if self._people[person] >= MOST_OF_A_PERSON or len(self._screens) >= MOST_IN_ALL:
            yield event(FULL)
            return
        with self._joined(person, visit) as screen:
            async for sent in self._sent(screen):
                yield sent

    async def _sent(self, screen: Screen) -> AsyncIterator[bytes]:
        while not self._closing and (left := screen.visit.session.expires_at - real_now().timestamp()) > 0:
            for name, data in (taken := await screen.take(min(left, QUIET_SECONDS))).items():
                yield event(name, data)
            if ENDED in taken or await screen.visit.request.is_disconnected():
                return
            if not taken:
                yield format_sse_event(comment="")

    @contextmanager
    def _joined(self, person: str, visit: Visit) -> Iterator[Screen]:
        screen, session = Screen(visit), visit.session
        with ExitStack() as stack:
            self._people[person] += 1
            self._screens.append(screen)
            stack.callback(self._gone, person, screen)
            stack.enter_context(self._fed((session.tenant_id, session.unit_id, session.roles), self._shared, screen, own=False))
            stack.enter_context(self._fed(session.token, self._own, screen, own=True))
            yield screen

    def _gone(self, person: str, screen: Screen) -> None:
        self._screens.remove(screen)
        self._people[person] -= 1
        if not self._people[person]:
            del self._people[person]

    @contextmanager
    def _fed(self, key: Hashable, what: tuple[str, Look], screen: Screen, *, own: bool) -> Iterator[None]:
        if key not in self._feeds:
            self._feeds[key] = Feed(*what, own=own)
        feed = self._feeds[key]
        feed.join(screen)
        try:
            yield
        finally:
            feed.leave(screen)
            if not feed.is_watched:
                self._feeds.pop(key, None)


def event(name: str, data: str = "") -> bytes:
    """As it goes over the line. A browser passes over what has no data."""
    return format_sse_event(event=name, data_str=data or name)
