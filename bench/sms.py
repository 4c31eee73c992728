"""SMS: messages a second through a real SMSC at the channel, beside smpp34's own client, and with the SMSC killed on the way."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import smpp34

from services.notify.channels import CallResult, Outgoing, Receipt, Throttled, Unanswered, Unreachable
from services.notify.channels.smpp.channel import SmppChannel
from services.notify.channels.smpp.settings import SmppSettings
from tests.servers.processes import LOOPBACK
from tests.servers.smsc import Smsc, running_smsc

SOURCE = "10612345"
FIRST_NUMBER = 13_800_000_000
AGAIN_SECONDS = 0.1
PATIENCE_SECONDS = 60.0
UCS2 = 8
Send = Callable[[int], Awaitable[None]]


@dataclass
class Run:
    """What became of the messages of one run."""

    seconds: float = 0.0
    spans: list[float] = field(default_factory=list)
    unanswered: int = 0
    delivered: set[str] = field(default_factory=set)
    lost: int = 0
    doubled: int = 0

    def __str__(self) -> str:
        ordered = sorted(self.spans)
        p50, p99 = (1000 * ordered[len(ordered) * each // 100] for each in (50, 99))
        told = f"{len(ordered) / self.seconds:7.0f} messages/s  p50 {p50:7.1f} ms  p99 {p99:7.1f} ms"
        return f"{told}  lost {self.lost}  doubled {self.doubled}  unanswered {self.unanswered}  receipts {len(self.delivered)}"

    async def hear(self, told: Receipt | CallResult) -> None:
        """What the core would store."""
        if isinstance(told, Receipt) and told.state == "delivered":
            self.delivered.add(told.message_id)


def text_of(number: int) -> str:
    """A text of its own for each message, so that a second copy shows."""
    return f"【12345】您的诉求 {number} 已受理，办理期限五个工作日"


async def measure(run: Run, send: Send, count: int, at_once: int) -> None:
    """Send them all, so many at a time."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            begun = time.perf_counter()
            await send(number)
            run.spans.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    run.seconds = time.perf_counter() - begun


async def bare(smsc: Smsc, count: int, at_once: int) -> Run:
    """The baseline: one bind of the library's own client, no receipts, nothing lost by anybody's doing."""
    run = Run()
    client = smpp34.Client(LOOPBACK, smsc.port, "bare", smsc.password, bind_type="TRX", window_size=at_once)
    bound = await client.connect()

    async def send(number: int) -> None:
        octets = text_of(number).encode("utf-16-be")
        await bound.submit_sm(str(FIRST_NUMBER + number), octets, source_addr=SOURCE, data_coding=UCS2)

    await measure(run, send, count, at_once)
    await client.stop()
    return run


async def ours(smsc: Smsc, count: int, at_once: int, kills: int) -> Run:
    """The channel, with a core that sends again what was not taken; the SMSC killed and started again so many times."""
    run = Run()
    channel = SmppChannel(
        SmppSettings(LOOPBACK, smsc.port, "hotline", smsc.password, SOURCE, binds=2, window=at_once // 2, longest_pause=1)
    )
    await channel.start(run.hear)

    async def send(number: int) -> None:
        message = Outgoing(f"message-{number}", str(FIRST_NUMBER + number), text_of(number), urgent=False)
        while True:
            try:
                await channel.send(message)
            except Throttled as error:
                await asyncio.sleep(error.after)
            except Unreachable as error:
                run.unanswered += isinstance(error, Unanswered)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    await asyncio.gather(measure(run, send, count, at_once), killing(smsc, run, count, kills))
    await reached(lambda: len(run.delivered), count)
    await channel.close()
    return run


async def killing(smsc: Smsc, run: Run, count: int, kills: int) -> None:
    """Kill -9 and start again, at even distances of the way."""
    for kill in range(1, kills + 1):
        await reached(lambda: len(run.spans), count * kill // (kills + 1))
        smsc.kill()
        await asyncio.to_thread(smsc.start)


async def reached(counted: Callable[[], int], wanted: int) -> None:
    """Until so many are counted, or none is added for long."""
    seen, since = counted(), time.perf_counter()
    while seen < wanted and time.perf_counter() < since + PATIENCE_SECONDS:
        await asyncio.sleep(0.005)
        if counted() > seen:
            seen, since = counted(), time.perf_counter()


def judge(run: Run, smsc: Smsc, count: int) -> Run:
    """Count what the SMSC took against what was sent."""
    copies = Counter(fact["text"] for fact in smsc.took())
    run.lost = sum(text_of(number) not in copies for number in range(count))
    run.doubled = sum(copies.values()) - len(copies)
    return run


def main(arguments: list[str]) -> int:
    """Measure all; exit code 1 where a message was lost or doubled, or a receipt never heard."""
    parser = argparse.ArgumentParser(prog="python -m bench sms")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=64, help="sent at the same time, over two binds")
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--answer-ms", type=int, default=20, help="how late the SMSC that is killed answers")
    parser.add_argument("--no-echo", action="store_true", help="the SMSC gives our reference back in no receipt")
    options = parser.parse_args(arguments)
    good = True
    with TemporaryDirectory(prefix="hotline-") as folder, running_smsc(Path(folder)) as smsc:
        print(f"smpp34's own client  {judge(asyncio.run(bare(smsc, options.count, options.at_once)), smsc, options.count)}", flush=True)
        for kills in (0, options.kills):
            smsc.order(forget=True)
            # As slow as one that is far away; else hardly a kill falls between taking a message and answering.
            smsc.order(echo=not options.no_echo, slow=options.answer_ms if kills else 0)
            run = judge(asyncio.run(ours(smsc, options.count, options.at_once, kills)), smsc, options.count)
            print(f"sms.smpp, {kills} kills    {run}", flush=True)
            good = good and not run.lost and not run.doubled and len(run.delivered) == options.count
    return 0 if good else 1
