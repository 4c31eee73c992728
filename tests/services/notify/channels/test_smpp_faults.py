"""Schedules of faults against the SMSC: nothing is lost, and nothing doubled but where an answer never came."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter

import pytest

from tests.servers.smsc import Smsc
from tests.services.notify.channels.sending import Core, becomes, bound, outgoing

MESSAGES = 120
FAULTS = 12
LONGEST_PEACE = 0.06


async def _faults(smsc: Smsc, chance: random.Random) -> None:
    """What befalls an SMSC, one after the other."""
    for _ in range(FAULTS):
        await asyncio.sleep(chance.uniform(0, LONGEST_PEACE))
        match chance.choice(("throttle", "cut", "taken", "drop", "restart", "slow")):
            case "throttle":
                await asyncio.to_thread(smsc.order, throttle=chance.randint(1, 20))
            case "cut":
                await asyncio.to_thread(smsc.order, cut=chance.randint(1, 9), taken=False)
            case "taken":
                await asyncio.to_thread(smsc.order, cut=chance.randint(1, 9), taken=True)
            case "drop":
                await asyncio.to_thread(smsc.order, drop=True)
            case "slow":
                await asyncio.to_thread(smsc.order, slow=chance.randint(0, 30))
            case "restart":
                smsc.kill()
                await asyncio.to_thread(smsc.start)
    await asyncio.to_thread(smsc.order, throttle=0, cut=0, slow=0)


@pytest.mark.parametrize(("seed", "echo"), [(0, True), (1, False)])
def test_nothing_is_lost_and_nothing_doubled_but_what_cannot_be_known(
    smsc: Smsc, seed: int, caplog: pytest.LogCaptureFixture, *, echo: bool
) -> None:
    smsc.order(echo=echo)
    caplog.set_level(logging.DEBUG)
    chance = random.Random(seed)
    messages = [outgoing(number, urgent=number % 5 == 0) for number in range(MESSAGES)]

    async def story() -> Core:
        core = Core()
        async with bound(smsc, core, window=4, settle_for=0.5) as channel:
            slots = asyncio.Semaphore(16)

            async def send(number: int) -> str:
                async with slots:
                    await asyncio.sleep(chance.uniform(0, 0.05))
                    return await core.send(channel, messages[number])

            references, _ = await asyncio.gather(asyncio.gather(*map(send, range(MESSAGES))), _faults(smsc, chance))
            await becomes(lambda: smsc.order()["untold"], 0)
            assert len(set(references)) == MESSAGES
            await becomes(lambda: set(references) <= {receipt.reference for receipt in core.receipts}, True)
        return core

    core = asyncio.run(story())
    copies = Counter(fact["text"] for fact in smsc.took())
    assert copies.keys() == {message.text for message in messages}
    doubled = {message.message_id: copies[message.text] - 1 for message in messages if copies[message.text] > 1}
    assert all(extra <= core.unanswered[message_id] for message_id, extra in doubled.items())
    assert {fate for message_id, fate in core.fates().items() if message_id} == {"delivered"}
    said = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert not any(message.to in said or message.text in said for message in messages)


def test_long_messages_arrive_whole_through_faults(smsc: Smsc) -> None:
    chance = random.Random(12345)
    texts = [f"{number}：" + "您反映的问题正在办理，承办单位将在五个工作日内答复。" * 5 for number in range(30)]

    async def story() -> None:
        core = Core()
        async with bound(smsc, core) as channel:
            sending = [core.send(channel, outgoing(number, text)) for number, text in enumerate(texts)]
            await asyncio.gather(asyncio.gather(*sending), _faults(smsc, chance))

    asyncio.run(story())
    for number, text in enumerate(texts):
        parts = [fact for fact in smsc.took() if fact["to"] == outgoing(number).to]
        assert len({(part["whole"], part["of"]) for part in parts}) == 1
        whole = {part["part"]: part["text"] for part in parts}
        assert "".join(whole[part] for part in sorted(whole)) == text
