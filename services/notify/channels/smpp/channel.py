"""SMS by SMPP 3.4: the channel `sms.smpp`."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import smpp34

from services.notify.channels import Outgoing, Refused, Throttled, Told, Unanswered, Unreachable
from services.notify.channels.configured import configured
from services.notify.channels.smpp import wire
from services.notify.channels.smpp.brake import Brake
from services.notify.channels.smpp.parts import Part, split
from services.notify.channels.smpp.pool import Pool
from services.notify.channels.smpp.receipts import USER_MESSAGE_REFERENCE, Sent, Word, read_receipt
from services.notify.channels.smpp.settings import SmppSettings
from services.notify.channels.smpp.settling import Unsettled, own_reference

NUMBER = re.compile(r"\+?[0-9]{3,20}")
# UCS-2 (5.2.19); esm_class with a header before the text (5.2.12); receipts (5.2.17) of every fate, and of failures alone.
UCS2 = 8
HEADED = 0x40
EVERY_FATE = 1
FAILURES = 2
AGAIN_SECONDS = 0.2
OVERTAKEN_SECONDS = 2.0


class SmppChannel:
    """A message is taken once all its parts are acknowledged. Its reference is that of the last part."""

    name = "sms.smpp"

    def __init__(self, settings: SmppSettings) -> None:
        self._settings = settings
        self._pool = Pool(settings, self._hear)
        self._sent = Sent()
        self._unsettled = Unsettled()
        self._told: Told | None = None
        self._brake = Brake(settings.throttled_rest)
        self._under_way: set[str] = set()
        self._settled = asyncio.Condition()

    @property
    def trouble(self) -> str:
        """Why nothing can be sent, in words for an operator; empty while it can."""
        return self._pool.trouble

    async def start(self, told: Told) -> None:
        """Begin to bind; a provider that is away or refuses the password is told by `trouble`, the log and every send."""
        self._told = told
        self._pool.open()

    async def send(self, message: Outgoing) -> str:
        """The SMSC's id of the last part. Once a part was taken, the rest is insisted on for a while before this gives up."""
        if not NUMBER.fullmatch(message.to):
            raise Refused("号码不能发送短信")
        if not message.urgent and (rest := self._brake.left()):
            raise Throttled(rest)
        parts = split(message.text, message.message_id)
        references: list[str] = []
        self._under_way.add(message.message_id)
        try:
            for part in parts[:-1]:
                submit = self._body(message, part, len(references), FAILURES)
                references.append(await (self._insist(submit) if references else self._submit(submit)))
            references.append(await self._submit_last(message, parts[-1], len(references)))
            self._sent.add(message.message_id, references)
            return references[-1]
        finally:
            self._under_way.discard(message.message_id)
            async with self._settled:
                self._settled.notify_all()

    async def close(self) -> None:
        """End all binds once what is under way has its answer."""
        await self._pool.close()

    async def _submit_last(self, message: Outgoing, part: Part, number: int) -> str:
        """The part that stands for the message. Was its answer lost, a receipt may show that it was taken."""
        submit = self._body(message, part, number, EVERY_FATE)
        ours = own_reference(message.message_id, number)
        taken = self._unsettled.open(message.message_id, ours, message.to)
        try:
            reference = await (self._insist(submit) if number else self._submit(submit))
        except Unanswered:
            # Urgent ones rather come twice than late.
            await asyncio.wait([taken], timeout=0 if message.urgent else self._settings.settle_for)
            if not taken.done():
                # It stays open: a late receipt still says whose it is.
                raise
            return taken.result()
        except (Refused, Throttled, Unreachable):
            self._unsettled.close(ours, message.to)
            raise
        self._unsettled.close(ours, message.to)
        return reference

    async def _insist(self, submit: bytes) -> str:
        until = time.monotonic() + self._settings.insist_for
        while True:
            try:
                return await self._submit(submit)
            except Throttled as error:
                if time.monotonic() + error.after > until:
                    raise
                await asyncio.sleep(error.after)
            except Unreachable:
                if time.monotonic() + AGAIN_SECONDS > until:
                    raise
                await asyncio.sleep(AGAIN_SECONDS)

    async def _submit(self, submit: bytes) -> str:
        answer = await self._pool.pick().submit(submit)
        if answer.code == wire.OK:
            self._brake.free()
            return answer.first_text
        if answer.code in self._settings.throttle_codes:
            raise Throttled(self._brake.slow())
        if answer.code in self._settings.passing_codes:
            raise Unreachable(f"短信网关暂时不能处理（{answer.code:#x}）")
        raise Refused(f"短信网关拒收（{answer.code:#x}）")

    def _body(self, message: Outgoing, part: Part, number: int, wanted: int) -> bytes:
        pdu = smpp34.SubmitSm(
            self._settings.source,
            message.to,
            part.octets,
            esm_class=HEADED if part.headed else 0,
            priority_flag=int(message.urgent),
            registered_delivery=wanted,
            data_coding=UCS2,
            tlvs=[smpp34.Tlv(USER_MESSAGE_REFERENCE, own_reference(message.message_id, number).to_bytes(2, "big"))],
        )
        return pdu.encode()[wire.HEADER.size :]

    async def _hear(self, told: smpp34.DeliverSm) -> None:
        word = read_receipt(told, self._settings.zone)
        if word is None or self._told is None:
            return
        if not self._sent.knows(word.reference):
            await self._recognise(word, told.source_addr)
        receipt = self._sent.receipt(word)
        if receipt is not None:
            await self._told(receipt)

    async def _recognise(self, word: Word, number: str) -> None:
        """A receipt may come before the answer to its own submit, or without it."""
        if word.ours is not None:
            message_id = self._unsettled.settle(word.ours, number, word.reference)
            if message_id:
                self._sent.add(message_id, [word.reference])
            return
        might_be = set(self._under_way)
        with suppress(TimeoutError):
            async with asyncio.timeout(OVERTAKEN_SECONDS), self._settled:
                await self._settled.wait_for(lambda: self._sent.knows(word.reference) or not (might_be & self._under_way))


def make(told: Mapping[str, Any]) -> SmppChannel:
    """The channel as an operator set it up. Raises Unusable."""
    return SmppChannel(configured(SmppSettings, told, SmppChannel.name))
