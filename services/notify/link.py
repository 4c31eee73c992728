"""notify's connections to the outside: claims what waits, asks intake for the number, sends, and notes what came of it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import grpc
from opentelemetry.trace import SpanKind

from chassis.linking import Line
from chassis.store import Tx
from chassis.telemetry import span
from hotline.directory.v1 import contacts_pb2 as directory
from hotline.intake.v1 import contacts_pb2 as contacts
from services.notify.actions import calling, recording, sending
from services.notify.actions.sending import Claimed, Ended
from services.notify.channels import (
    CallResult,
    Channel,
    Outgoing,
    Receipt,
    Recorder,
    Refused,
    Shelf,
    Throttled,
    Unanswered,
    Unreachable,
)
from services.notify.counting import ATTEMPT_SECONDS, know_provider
from services.notify.lifecycle import Channel as Kind
from services.notify.lifecycle import State
from services.notify.plugins import make
from services.notify.providers import Provider, Setup, setup_of
from services.notify.rules.delivery import CLAIM, Outcome
from services.notify.sealed import Rating, sign_rating
from services.notify.store import messages, webhooks

LOG = logging.getLogger(__name__)
RESOLVE = "hotline.intake.v1.ContactService/ResolveContact"
RESOLVE_UNIT = "hotline.directory.v1.ContactService/ResolveUnitContact"
IDLE_SECONDS, BUSY_SECONDS = 0.2, 0.02
# More are no faster, and what is urgent waits behind them.
MOST_UNDER_WAY = 16
# A send that takes longer counts as unanswered, well before its claim runs out.
SEND_SECONDS = CLAIM.total_seconds() * 0.7
REST_SECONDS = 5.0
TIDY_SECONDS = 3600.0
NO_NUMBER = {
    contacts.CONTACT_STATE_STOPPED: Ended(Outcome.STOPPED, "诉求人谢绝联系"),
    contacts.CONTACT_STATE_NONE: Ended(Outcome.NO_CONTACT, "诉求人未留可用的号码"),
}
NO_UNIT_CONTACT = Ended(Outcome.NO_CONTACT, "该单位未登记联系人")
NO_MOBILE = Ended(Outcome.NO_CONTACT, "所留不是手机号码")
MOBILE = re.compile(r"1[3-9][0-9]{9}")
REMOVED = Ended(Outcome.NO_CONTACT, "推送地址已删除")


class NotifyLink:
    """Every channel that is on, each kind of message worked off by itself so that none waits for another."""

    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._rests: dict[str, float] = {}
        self._under_way: dict[Kind, set[asyncio.Task[None]]] = {}

    async def run(self, line: Line) -> None:
        """Until told to stop; what is under way ends first."""
        setup = setup_of(line.store.settings)
        self._channels = {each.name: make(each.plugin, each.settings) for each in setup.providers}
        for each in setup.providers:
            know_provider(each.name, [kind.value for kind in each.kinds])
        for name, channel in self._channels.items():
            await channel.start(partial(self._hear, line, name))
        try:
            async with asyncio.TaskGroup() as group:
                for kind in {kind for each in setup.providers for kind in each.kinds}:
                    group.create_task(self._work(line, setup, kind))
                if shelves := {name: each.recordings for name, each in self._channels.items() if isinstance(each, Recorder)}:
                    group.create_task(_tidy(line, shelves))
                await line.stopping.wait()
        finally:
            await asyncio.gather(*(channel.close() for channel in self._channels.values()), return_exceptions=True)

    async def _work(self, line: Line, setup: Setup, kind: Kind) -> None:
        under_way = self._under_way.setdefault(kind, set())
        while not line.stopping.is_set():
            claimed = await self._claim(line, setup.of(kind), kind, MOST_UNDER_WAY - len(under_way))
            for each in claimed:
                task = asyncio.create_task(self._carry(line, setup.of(kind), kind, each))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            await line.rest(BUSY_SECONDS if claimed else IDLE_SECONDS)
        if under_way:
            await asyncio.wait(under_way)

    async def _claim(self, line: Line, providers: tuple[Provider, ...], kind: Kind, places: int) -> list[Claimed]:
        now = time.monotonic()
        room = {each.name: places if now >= self._rests.get(each.name, now) else 0 for each in providers}
        if not any(room.values()):
            return []
        found = await asyncio.to_thread(line.store.read_across, lambda tx: messages.waiting(tx, kind, places))
        claimed: list[Claimed] = []
        for tenant in dict.fromkeys(tenant for tenant, _ in found):
            ids = [message_id for owner, message_id in found if owner == tenant]
            begun = await asyncio.to_thread(line.store.write, line.by(tenant), partial(_begin, ids=ids, providers=providers, room=room))
            room = {name: left - sum(each.provider == name for each in begun) for name, left in room.items()}
            claimed += begun
        return claimed

    async def _carry(self, line: Line, providers: tuple[Provider, ...], kind: Kind, claimed: Claimed) -> None:
        """From a claim to its outcome. What fails in between stays claimed, and is claimed again."""
        about: dict[str, str | int] = {"provider": claimed.provider, "message_id": claimed.message_id, "number": claimed.number}
        with span(f"notify send {kind.value}", SpanKind.CLIENT, claimed.row["trace"], **about):
            try:
                ended = await self._send(line, kind, claimed, providers)
                by = line.by(claimed.row["tenant_id"])
                await asyncio.to_thread(line.store.write, by, lambda tx: sending.end(tx, claimed, ended, providers))
                LOG.debug("message %s: %s", claimed.message_id, ended.outcome)
            except Exception:
                LOG.exception("message %s was not carried through and is tried again", claimed.message_id)

    async def _send(self, line: Line, kind: Kind, claimed: Claimed, providers: tuple[Provider, ...]) -> Ended:
        outgoing = await asyncio.to_thread(_addressed, line, kind, claimed, providers)
        if isinstance(outgoing, Ended):
            return outgoing
        try:
            async with asyncio.timeout(SEND_SECONDS):
                with ATTEMPT_SECONDS.labels(claimed.provider).time():
                    return Ended(Outcome.TAKEN, reference=await self._channels[claimed.provider].send(outgoing))
        except Refused as error:
            return Ended(Outcome.REFUSED, str(error))
        except Throttled as error:
            self._rest(kind, claimed.provider, error.after)
            return Ended(Outcome.THROTTLED, str(error), throttled_for=timedelta(seconds=error.after))
        except (Unanswered, TimeoutError) as error:
            return Ended(Outcome.UNANSWERED, str(error) or "对方未在时限内应答")
        except Unreachable as error:
            self._rest(kind, claimed.provider, REST_SECONDS)
            return Ended(Outcome.UNREACHABLE, str(error))

    def _rest(self, kind: Kind, provider: str, seconds: float) -> None:
        """Give it nothing for so long; other links find out by themselves. Of tenants' systems each is its own."""
        if kind is not Kind.WEBHOOK:
            self._rests[provider] = max(self._rests.get(provider, 0.0), time.monotonic() + seconds)

    async def _hear(self, line: Line, provider: str, told: Receipt | CallResult) -> None:
        """A peer's news is stored before the peer hears that it was taken."""
        if isinstance(told, CallResult):
            await asyncio.to_thread(_note_call, line, provider, told)
            return
        message_id = told.message_id or await asyncio.to_thread(
            line.store.read_across, lambda tx: messages.referred(tx, provider, told.reference)
        )
        await asyncio.to_thread(_note, line, message_id, State(told.state), told.reason, told.at)


async def _tidy(line: Line, shelves: Mapping[str, Shelf]) -> None:
    """Recordings are dropped in time. What fails is tried again, and stops no message."""
    while not line.stopping.is_set():
        try:
            dropped = await asyncio.to_thread(recording.drop_recordings, line.store, shelves)
            LOG.info("%d recordings were kept for as long as they may be, and dropped", dropped)
        except Exception:
            LOG.exception("recordings were not dropped in time")
        await line.rest(TIDY_SECONDS)


def _begin(tx: Tx, *, ids: list[str], providers: tuple[Provider, ...], room: Mapping[str, int]) -> list[Claimed]:
    return sending.begin(tx, ids, providers, room)


def _note(line: Line, message_id: str, state: State, reason: str, at: datetime | None) -> None:
    tenant = line.store.read_across(lambda tx: messages.owner_of(tx, message_id)) if message_id else ""
    if not tenant:
        LOG.warning("a receipt for no message of ours")
        return
    line.store.write(line.by(tenant), lambda tx: sending.hear(tx, message_id, state, reason, at))


def _note_call(line: Line, provider: str, result: CallResult) -> None:
    if tenant := line.store.read_across(lambda tx: messages.owner_of(tx, result.message_id)):
        line.store.write(line.by(tenant), lambda tx: calling.hear_result(tx, provider, result))


def _addressed(line: Line, kind: Kind, claimed: Claimed, providers: tuple[Provider, ...]) -> Outgoing | Ended:
    """The message with whom it goes to, in memory alone; or why it goes to nobody."""
    row, urgent = claimed.row, claimed.row["rank"] == 0
    if kind is Kind.WEBHOOK:
        text = claimed.text(partial(_link, line, row))
        address = line.store.read(line.by(row["tenant_id"]), lambda tx: webhooks.address_of(tx, row["webhook_id"]))
        return Outgoing(claimed.message_id, address[0], _body(row, text), urgent, address[1]) if address else REMOVED
    found = _resolve(line, claimed)
    if isinstance(found, Ended):
        return found
    phone, language = found
    if kind is Kind.SMS and not MOBILE.fullmatch(phone):
        return NO_MOBILE
    if language and not row["unit_id"]:
        claimed = line.store.write(line.by(row["tenant_id"]), lambda tx: sending.speak(tx, claimed, language, providers))
    return Outgoing(claimed.message_id, phone, claimed.text(partial(_link, line, row)), urgent)


def _resolve(line: Line, claimed: Claimed) -> tuple[str, str] | Ended:
    """The number of a unit's contact or of a ticket's caller, and the language; or why there is none."""
    try:
        return _of_unit(line, claimed) if claimed.row["unit_id"] else _of_caller(line, claimed)
    except grpc.RpcError as error:
        return _unresolved(error.code())


def _of_caller(line: Line, claimed: Claimed) -> tuple[str, str] | Ended:
    row = claimed.row
    request = contacts.ResolveContactRequest(
        request_id=f"{claimed.message_id}:{claimed.number}",
        ticket_id=row["ticket_id"],
        purpose=row["notice"],
        message_id=claimed.message_id,
    )
    answer = line.asking.ask(row["tenant_id"], RESOLVE, request, contacts.ResolveContactResponse)
    if answer.state != contacts.CONTACT_STATE_FOUND:
        return NO_NUMBER[answer.state]
    return answer.phone, answer.language


def _of_unit(line: Line, claimed: Claimed) -> tuple[str, str] | Ended:
    row = claimed.row
    request = directory.ResolveUnitContactRequest(
        request_id=f"{claimed.message_id}:{claimed.number}",
        unit_id=row["unit_id"],
        urgent=row["rank"] == 0,
        purpose=row["notice"],
        message_id=claimed.message_id,
    )
    answer = line.asking.ask(row["tenant_id"], RESOLVE_UNIT, request, directory.ResolveUnitContactResponse)
    return (answer.phone, "") if answer.phone else NO_UNIT_CONTACT


def _unresolved(code: grpc.StatusCode) -> Ended:
    """Who knows the number is away, which passes; or knows nobody of that name, which does not."""
    if code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT):
        return Ended(Outcome.NO_CONTACT, "没有这张工单或这个单位")
    return Ended(Outcome.UNREACHABLE, f"暂时查不到联系方式（{code.name}）")


def _link(line: Line, row: Mapping[Any, Any]) -> str:
    settings = line.store.settings
    until = datetime.fromisoformat(row["fields"]["until"])
    token = sign_rating(settings, Rating(row["tenant_id"], row["order_id"], row["round"], until))
    return f"{settings.public_url or f'http://{settings.host}:{settings.http_port}'}/r/{token}"


def _body(row: Mapping[Any, Any], text: str) -> str:
    """What a tenant's system is told: the notice, its fields, and the words that people read."""
    names = ("message_id", "notice", "ticket_id", "order_id", "unit_id")
    told = {name: row[name] for name in names} | {"asked_at": row["asked_at"].isoformat(), "fields": row["fields"], "text": text}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


LINK = NotifyLink
