"""What is heard of a message later: once it is stored, by our id where we can tell, whatever befell its answer."""

from __future__ import annotations

import asyncio

import pytest

from services.notify.channels import Unanswered
from tests.servers.smsc import Smsc
from tests.services.notify.channels.sending import LONG, Core, becomes, bound, outgoing


def test_receipts_are_told_by_our_id_once_they_are_stored(smsc: Smsc) -> None:
    async def story() -> None:
        core = Core()
        core.away = True
        async with bound(smsc, core) as channel:
            references = {number: await channel.send(outgoing(number, LONG if number % 2 else "")) for number in range(6)}
            await becomes(lambda: core.refusals > 6, True)
            assert (smsc.told(), core.receipts) == ([], [])
            core.away = False
            await becomes(lambda: smsc.order()["untold"], 0)
        assert core.fates() == {f"message-{number}": "delivered" for number in range(6)}
        assert {receipt.reference for receipt in core.receipts} == set(references.values()) == set(smsc.told())
        assert all(receipt.at is not None and receipt.reason == "" for receipt in core.receipts)

    asyncio.run(story())


@pytest.mark.parametrize("form", ["text", "tlv"])
@pytest.mark.parametrize(("stat", "fate"), [("DELIVRD", "delivered"), ("EXPIRED", "expired"), ("UNDELIV", "failed")])
def test_receipts_say_what_became_of_a_message(smsc: Smsc, form: str, stat: str, fate: str) -> None:
    async def story() -> None:
        core = Core()
        smsc.order(stat=stat, form=form)
        async with bound(smsc, core) as channel:
            await channel.send(outgoing(1))
            await becomes(lambda: len(core.receipts), 1)
        assert core.fates() == {"message-1": fate}
        assert core.receipts[0].reason == ("" if fate == "delivered" else stat if form == "tlv" else f"{stat} 000")

    asyncio.run(story())


def test_a_receipt_under_way_is_taken_and_not_told(smsc: Smsc) -> None:
    async def story() -> None:
        core = Core()
        smsc.order(stat="ACCEPTD")
        async with bound(smsc, core) as channel:
            await channel.send(outgoing(1))
            await becomes(lambda: smsc.order()["acknowledged"], 1)
        assert core.receipts == []

    asyncio.run(story())


def test_a_message_of_which_a_part_fails_has_failed(smsc: Smsc) -> None:
    async def story() -> None:
        core = Core()
        smsc.order(hold=True, stat="UNDELIV")
        async with bound(smsc, core) as channel:
            reference = await channel.send(outgoing(1, LONG))
            smsc.order(hold=False)
            await becomes(lambda: len(core.receipts), len(smsc.took()))
        assert core.fates() == {"message-1": "failed"}
        assert {receipt.reference for receipt in core.receipts} == {reference}

    asyncio.run(story())


def test_receipts_after_a_restart_are_told_by_reference(smsc: Smsc) -> None:
    async def story() -> None:
        before, after = Core(), Core()
        smsc.order(hold=True)
        async with bound(smsc, before) as channel:
            references = {await channel.send(outgoing(number)) for number in range(5)}
        smsc.kill()
        smsc.start()
        async with bound(smsc, after):
            await becomes(lambda: len(after.receipts), 5)
        assert before.receipts == []
        assert {receipt.reference for receipt in after.receipts} == references
        assert {receipt.message_id for receipt in after.receipts} == {""}

    asyncio.run(story())


@pytest.mark.parametrize("echo", [True, False])
def test_a_receipt_that_overtakes_its_answer_is_told_by_our_id(smsc: Smsc, *, echo: bool) -> None:
    async def story() -> None:
        core = Core()
        smsc.order(slow=300, hasty=True, echo=echo)
        async with bound(smsc, core, binds=2) as channel:
            await channel.send(outgoing(1))
            await becomes(lambda: len(core.receipts), 1)
        assert core.fates() == {"message-1": "delivered"}

    asyncio.run(story())


@pytest.mark.parametrize("form", ["text", "tlv"])
def test_a_receipt_settles_what_the_lost_answer_left_open(smsc: Smsc, form: str) -> None:
    async def story() -> None:
        core = Core()
        async with bound(smsc, core) as channel:
            smsc.order(cut=1, taken=True, form=form)
            reference = await channel.send(outgoing(1))
            await becomes(lambda: len(core.receipts), 1)
        assert [fact["took"] for fact in smsc.took()] == [reference]
        assert [(receipt.message_id, receipt.reference) for receipt in core.receipts] == [("message-1", reference)]

    asyncio.run(story())


def test_a_late_receipt_still_says_whose_it_is(smsc: Smsc) -> None:
    async def story() -> None:
        core = Core()
        async with bound(smsc, core) as channel:
            smsc.order(cut=1, taken=True, hold=True)
            with pytest.raises(Unanswered):
                await channel.send(outgoing(1, urgent=True))
            smsc.order(hold=False)
            await becomes(core.fates, {"message-1": "delivered"})

    asyncio.run(story())
