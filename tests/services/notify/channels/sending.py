"""What the tests send, and the core's part in little: it hears what is told, and sends again what was not taken."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import TypeVar

from services.notify.channels import CallResult, Channel, Outgoing, Receipt, Throttled, Unanswered, Unreachable
from services.notify.channels.smpp.channel import SmppChannel
from services.notify.channels.smpp.settings import SmppSettings
from tests.servers.processes import LOOPBACK
from tests.servers.smsc import Smsc

C = TypeVar("C", bound=Channel)
# A busy machine may take its time.
PATIENCE_SECONDS = 60.0
AGAIN_SECONDS = 0.02
NUMBER = "13905331234"
LONG = "您反映的路灯不亮问题，市住建局已于今日修复。" * 8


def outgoing(number: int, text: str = "", *, to: str = "", urgent: bool = False) -> Outgoing:
    return Outgoing(f"message-{number}", to or str(13_800_000_000 + number), text or f"【12345】您的诉求 {number} 已受理", urgent)


class Core:
    """It takes what it is told, unless `away`, and counts how often an answer never came."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.results: list[CallResult] = []
        self.unanswered: Counter[str] = Counter()
        self.away = False
        self.refusals = 0

    async def told(self, what: Receipt | CallResult) -> None:
        if self.away:
            self.refusals += 1
            raise ConnectionError(f"the store is away while {NUMBER} waits")
        if isinstance(what, Receipt):
            self.receipts.append(what)
        else:
            self.results.append(what)

    def fates(self) -> dict[str, str]:
        return {receipt.message_id: receipt.state for receipt in self.receipts}

    async def send(self, channel: Channel, message: Outgoing) -> str:
        """Until it is taken."""
        over = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await channel.send(message)
            except Throttled as error:
                await asyncio.sleep(error.after)
            except Unreachable as error:
                self.unanswered[message.message_id] += isinstance(error, Unanswered)
                await asyncio.sleep(AGAIN_SECONDS)
            assert monotonic() < over, "never taken"


def settings_for(smsc: Smsc, **changes: object) -> SmppSettings:
    given: dict[str, object] = {"longest_pause": 0.5, "throttled_rest": 0.02, "answer_within": 20.0, **changes}
    return SmppSettings(LOOPBACK, smsc.port, "hotline", str(given.pop("password", smsc.password)), "10612345", **given)  # type: ignore[arg-type]  # a test names fields


@asynccontextmanager
async def started(channel: C, core: Core) -> AsyncIterator[C]:
    """A channel while it is up; the core hears what it tells."""
    await channel.start(core.told)
    try:
        yield channel
    finally:
        await channel.close()


@asynccontextmanager
async def bound(smsc: Smsc, core: Core, **changes: object) -> AsyncIterator[SmppChannel]:
    """A channel to the SMSC with all of its binds."""
    settings = settings_for(smsc, **changes)
    async with started(SmppChannel(settings), core) as channel:
        await becomes(lambda: smsc.order()["bound"], settings.binds)
        await becomes(lambda: channel.trouble, "")
        yield channel


async def becomes(ask: Callable[[], object], expected: object) -> None:
    """Asserts that the answer is, within patience, what is expected."""
    over = monotonic() + PATIENCE_SECONDS
    while (answer := await asyncio.to_thread(ask)) != expected:
        assert monotonic() < over, f"{answer!r} and not {expected!r}"
        await asyncio.sleep(AGAIN_SECONDS)
