"""Tickets as intake tells them, for the tests of counts, bursts, topics and reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from chassis.caller import Caller
from chassis.stamps import stamp
from chassis.store import Store
from hotline.intake.v1.events_pb2 import TicketFormed, TicketSettled
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.assessment.worker import AssessmentWorker
from tests.services.assessment.telling import BEGIN

WORKER = AssessmentWorker()
PHONE, WECHAT = ticket.CHANNEL_PHONE, ticket.CHANNEL_WECHAT
COMPLAINT, HELP = ticket.NATURE_COMPLAINT, ticket.NATURE_HELP


def formed(
    ticket_id: str, at: datetime = BEGIN, *, party: str = "", place: tuple[str, str] = ("zhangdian", "科苑"), **about: Any
) -> TicketFormed:
    """A ticket that waits for dispatch."""
    parties = [ticket.Party(name="被投诉人", unit_id=party)] if party else []
    given = {
        "category": "01.01.01",
        "channel": PHONE,
        "nature": COMPLAINT,
        "title": "路灯不亮",
        "text": "路灯不亮三天了",
        "version": 1,
        **about,
    }
    where = ticket.Place(district=place[0], town=place[1])
    return TicketFormed(
        ticket_id=ticket_id, number=f"FZ-{ticket_id}", tenant_id="zibo", place=where, parties=parties, received_at=stamp(at),
        formed_at=stamp(at), **given,
    )  # fmt: skip


def settled(ticket_id: str, at: datetime = BEGIN, **about: Any) -> TicketSettled:
    """A ticket that was answered directly."""
    given = {"category": "01.01.01", "channel": PHONE, "nature": HELP, "outcome": "answered", "version": 1, **about}
    where = ticket.Place(district="zhangdian", town="科苑")
    return TicketSettled(ticket_id=ticket_id, number=f"FZ-{ticket_id}", place=where, received_at=stamp(at), settled_at=stamp(at), **given)


def hear(store: Store, events: Sequence[TicketFormed | TicketSettled], together: int = 64, tenant: str = "zibo") -> None:
    """As the worker takes them in."""
    kinds = (
        ([e for e in events if isinstance(e, TicketFormed)], WORKER.ticket_formed),
        ([e for e in events if isinstance(e, TicketSettled)], WORKER.ticket_settled),
    )
    for told, handle in kinds:
        for at in range(0, len(told), together):
            store.write(
                Caller.peer("intake", tenant), partial(lambda tx, now, handle: handle(now, tx), now=told[at : at + together], handle=handle)
            )
