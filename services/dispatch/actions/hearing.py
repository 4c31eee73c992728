"""Events of others in dispatch's own words. Free text is masked once more before it is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from chassis.redact import redact
from chassis.stamps import instant_of, needed_instant
from chassis.store import Tx
from hotline.directory.v1 import events_pb2 as directory
from hotline.intake.v1 import events_pb2 as intake
from hotline.notify.v1 import events_pb2 as notify
from hotline.provincial.v1 import events_pb2 as provincial
from hotline.sla.v1 import events_pb2 as sla
from hotline.ticket.v1.ticket_pb2 import URGENCY_URGENT, Channel, Nature, Party, Place
from regulation.deadlines import Kind, Light
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.dispatch.actions.opening import Ticket
from services.dispatch.rules.calling_back import Outcome
from services.dispatch.store import copies
from services.dispatch.store.calls import Ended
from services.dispatch.words import name_of, word_of

# Answered, and yet no rating: the caller would not.
_CALL_OUTCOMES = {
    notify.CALL_OUTCOME_ANSWERED: Outcome.REFUSED,
    notify.CALL_OUTCOME_BUSY: Outcome.BUSY,
    notify.CALL_OUTCOME_NO_ANSWER: Outcome.NO_ANSWER,
}


def ended_of(event: notify.CallEnded) -> Ended:
    """How an automatic call ended."""
    answered = event.outcome == notify.CALL_OUTCOME_ANSWERED
    return Ended(event.call_id, _CALL_OUTCOMES.get(event.outcome), answered, event.digits, event.recording)


def ticket_of(event: intake.TicketFormed) -> Ticket:
    """A formed ticket. Raises ValueError for one without its instants."""
    return Ticket(
        ticket_id=event.ticket_id,
        number=event.number,
        tenant_id=event.tenant_id,
        channel=name_of(Channel, "CHANNEL", event.channel),
        nature=name_of(Nature, "NATURE", event.nature),
        source=word_of(Source, event.source) or Source.ORDINARY,
        urgent=event.urgency == URGENCY_URGENT,
        urgent_kind=word_of(UrgentKind, event.urgent_kind),
        category=event.category,
        place=_place(event.place),
        title=redact(event.title),
        text=redact(event.text),
        parties=tuple(_party(each) for each in event.parties),
        received_at=needed_instant(event, "received_at"),
        formed_at=needed_instant(event, "formed_at"),
        edition=event.edition,
        provincial_number=event.provincial_number,
        provincial_due_at=instant_of(event, "provincial_due_at"),
        version=event.version,
    )


def text_of(event: intake.TicketSupplemented) -> str:
    """What the caller added."""
    return redact(event.text)


def reason_of(event: intake.TicketWithdrawn) -> str:
    """Why the caller took it back."""
    return redact(event.reason)


def at_of(event: intake.TicketSupplemented | intake.TicketWithdrawn) -> dt.datetime:
    """When the caller said it. Raises ValueError when it is not told."""
    return needed_instant(event, "at")


def tenant_row(event: directory.TenantChanged) -> dict[str, Any]:
    """A tenant as it is kept."""
    return {
        "tenant_id": event.tenant_id,
        "name": event.name,
        "parent_tenant_id": event.parent_tenant_id,
        "policies": dict(event.policies),
        "version": event.version,
    }


def unit_row(event: directory.UnitChanged) -> dict[str, Any]:
    """A unit as it is kept; one that is closing gets no new order either."""
    return {
        "unit_id": event.unit_id,
        "tenant_id": event.tenant_id,
        "handling_tenant_id": event.handling_tenant_id or None,
        "name": event.name,
        "parent_id": event.parent_id,
        "kind": name_of(directory.UnitKind, "UNIT_KIND", event.kind),
        "open": event.state == directory.UNIT_STATE_OPEN,
        "successor_id": event.successor_id,
        "duties": list(event.duties),
        "version": event.version,
    }


def person_row(event: directory.PersonChanged) -> dict[str, Any]:
    """An account as it is kept."""
    shared = ("person_id", "tenant_id", "unit_id", "active", "version")
    return {name: getattr(event, name) for name in shared}


def keep_calendar(tx: Tx, event: directory.CalendarRevised) -> None:
    """Keep a tenant's calendar; what is open is counted again by it."""
    days = [(each.date, each.working, each.reason) for each in event.days]
    with tx.acting_for(event.tenant_id) as owner:
        copies.keep_calendar(owner, event.revision, days, list(event.noticed_years), event.version)


def due_of(event: provincial.ProvincialDateMoved) -> dt.datetime:
    """The date the province moved its order to. Raises ValueError when it is not told."""
    return needed_instant(event, "due_at")


def light_of(event: sla.LightTurned) -> Light:
    """The order's light after the turn: the worst of its dates that run, not that of the one date that turned."""
    return word_of(Light, event.order_light or event.light) or Light.NONE


def urging_row(event: sla.UrgingIssued) -> dict[str, Any]:
    """An urging as it is kept. Raises ValueError for one without kind or instants."""
    kind = word_of(Kind, event.kind)
    if kind is None:
        raise ValueError(f"urging {event.urging_id} of no kind of date")
    return {
        "order_id": event.order_id,
        "round": event.round,
        "kind": kind,
        "unit_id": event.unit_id,
        "deadline_at": needed_instant(event, "deadline_at"),
        "at": needed_instant(event, "at"),
    }


def _place(place: Place) -> dict[str, str]:
    return {"district": place.district, "town": redact(place.town), "address": redact(place.address)}


def _party(party: Party) -> dict[str, str]:
    return {"name": redact(party.name), "unit_id": party.unit_id, "person_id": party.person_id}
