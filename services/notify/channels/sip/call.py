"""One call on one telephone: from the trunk's first word to whoever hangs up."""

from __future__ import annotations

import asyncio
import re
from time import monotonic

from services.notify.channels import Outcome, Refused, Unreachable
from services.notify.channels.sip.outcomes import outcome_of
from services.notify.channels.sip.phone import CLOSED, SILENT, Event, Phone
from services.notify.channels.sip.settings import SipSettings

ESTABLISHED = "CALL_ESTABLISHED"
PRESSED = "CALL_DTMF_START"
REACHED = {"CALL_RINGING", "CALL_PROGRESS", ESTABLISHED}
KEY = re.compile(r"[0-9*#]")
# So that a key's tone is heard to its end.
LINGER_SECONDS = 0.5
GOODBYE_SECONDS = 3.0


class Call:
    """`digits` are the keys pressed so far."""

    def __init__(self, phone: Phone, settings: SipSettings) -> None:
        self.digits = ""
        self._phone = phone
        self._settings = settings
        self._answered = False
        self._ended: Outcome | None = None

    async def place(self, uri: str) -> None:
        """Until it rings, is answered, or is turned down by the one called. Raises Refused and Unreachable."""
        await self._phone.dial(uri)
        event = await self._next(REACHED | {CLOSED}, self._settings.setup_within)
        if event is SILENT:
            await self._hang_up()
            raise Unreachable("线路没有应答")
        if event.kind == CLOSED:
            self._ended = outcome_of(event.word)
        self._answered = event.kind == ESTABLISHED

    async def follow(self) -> Outcome:
        """To the end: ours when all keys are pressed or time is over, else that of the one called."""
        if self._ended:
            return self._ended
        if not self._answered:
            event = await self._next({ESTABLISHED, CLOSED}, self._settings.ring_for)
            if event is SILENT:
                await self._hang_up()
                return "no_answer"
            if event.kind == CLOSED:
                return _rung(event)
        await self._hear()
        return "answered"

    def cut(self) -> None:
        """As if it had ended."""
        self._phone.interrupt()

    async def _hear(self) -> None:
        until = monotonic() + self._settings.listen_for
        while len(self.digits) < self._settings.digits:
            event = await self._next({PRESSED, CLOSED}, until - monotonic())
            if event.kind == CLOSED:
                return
            if event is SILENT:
                break
            self.digits += event.word if KEY.fullmatch(event.word) else ""
        await asyncio.sleep(LINGER_SECONDS)
        await self._hang_up()

    async def _hang_up(self) -> None:
        await self._phone.hang_up()
        await self._next({CLOSED}, GOODBYE_SECONDS)

    async def _next(self, kinds: set[str], seconds: float) -> Event:
        """The next event of these kinds, or SILENT."""
        until = monotonic() + seconds
        while (event := await self._phone.event(until - monotonic())) is not SILENT:
            if event.kind in kinds:
                return event
        return SILENT


def _rung(event: Event) -> Outcome:
    """What became of a call that did ring."""
    try:
        return outcome_of(event.word)
    except (Refused, Unreachable):
        return "failed"
