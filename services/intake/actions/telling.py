"""The journal's steps and the events of a ticket. Both carry masked text alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis import journal
from chassis.enums import number_of
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.intake.v1 import events_pb2
from hotline.ticket.v1 import ticket_pb2
from services.intake.counting import count_step
from services.intake.rules.ticket import Party, Place, Settlement, Ticket


def place_message(place: Place) -> ticket_pb2.Place:
    """A place for a message."""
    return ticket_pb2.Place(district=place.district, town=place.town, address=place.address)


def party_message(party: Party) -> ticket_pb2.Party:
    """A party for a message."""
    return ticket_pb2.Party(name=party.name, unit_id=party.unit_id, person_id=party.person_id)


def citation_message(settlement: Settlement) -> ticket_pb2.Citation | None:
    """The knowledge entry an answer cites; None leaves its field unset."""
    if not settlement.entry_id:
        return None
    return ticket_pb2.Citation(entry_id=settlement.entry_id, version=settlement.entry_version)


def record(tx: Tx, ticket: Ticket, verb: str, article: str, **detail: str | int | bool) -> None:
    """Append a step to the ticket's journal (Art. 10)."""
    _append(tx, ticket, verb, article, detail, begins=False)


def record_first(tx: Tx, ticket: Ticket, verb: str, article: str, **detail: str | int | bool) -> None:
    """Begin a new ticket's journal (Art. 10)."""
    _append(tx, ticket, verb, article, detail, begins=True)


def _append(tx: Tx, ticket: Ticket, verb: str, article: str, detail: Mapping[str, str | int | bool], *, begins: bool) -> None:
    given = {name: value for name, value in detail.items() if value not in ("", 0)}
    handling = ticket.handling_tenant_id or None
    journal.append(tx, ticket.ticket_id, verb, article, given, tenant_id=ticket.tenant_id, handling_tenant_id=handling, begins=begins)
    count_step(tx, ticket, verb, late=bool(detail.get("late")))


def tell_formed(tx: Tx, ticket: Ticket) -> None:
    """It waits for dispatch."""
    event = events_pb2.TicketFormed(
        ticket_id=ticket.ticket_id,
        number=ticket.number,
        tenant_id=ticket.tenant_id,
        title=ticket.title,
        text=ticket.text,
        source=number_of(ticket_pb2.Source.DESCRIPTOR, ticket.source),
        urgency=number_of(ticket_pb2.Urgency.DESCRIPTOR, ticket.urgency),
        urgent_kind=number_of(ticket_pb2.UrgentKind.DESCRIPTOR, ticket.urgent_kind or ""),
        parties=[party_message(party) for party in ticket.parties],
        formed_at=stamp(ticket.settlement.at),
        edition=ticket.edition,
        provincial_number=ticket.provincial_number,
        provincial_due_at=stamp(ticket.provincial_due_at),
        version=ticket.version,
        recurs_ticket_id=ticket.settlement.recurs_ticket_id,
        **_counted(ticket),
    )
    tx.tell(event, ticket.ticket_id, ticket.version)


def tell_settled(tx: Tx, ticket: Ticket, outcome: str, article: str, code: str = "") -> None:
    """It ended here, without an order."""
    event = events_pb2.TicketSettled(
        ticket_id=ticket.ticket_id,
        outcome=outcome,
        code=code,
        article=article,
        settled_at=stamp(ticket.settlement.at),
        version=ticket.version,
        citation=citation_message(ticket.settlement),
        provincial_number=ticket.provincial_number,
        number=ticket.number,
        parties=[party_message(party) for party in ticket.parties],
        **_counted(ticket),
    )
    tx.tell(event, ticket.ticket_id, ticket.version)


def tell_supplemented(tx: Tx, ticket_id: str, text: str, at: Any, version: int) -> None:
    """The caller added something."""
    event = events_pb2.TicketSupplemented(ticket_id=ticket_id, text=text, at=stamp(at), version=version)
    tx.tell(event, ticket_id, version)


def tell_withdrawn(tx: Tx, ticket: Ticket) -> None:
    """The caller took it back from whoever handles it."""
    reason = ticket.settlement.withdrawal_reason
    event = events_pb2.TicketWithdrawn(ticket_id=ticket.ticket_id, reason=reason, at=stamp(tx.now), version=ticket.version)
    tx.tell(event, ticket.ticket_id, ticket.version)


def tell_grouped(tx: Tx, ticket: Ticket) -> None:
    """It is of an event that another ticket leads."""
    event = events_pb2.TicketGrouped(
        ticket_id=ticket.ticket_id, group_ticket_id=ticket.group_ticket_id, at=stamp(tx.now), version=ticket.version
    )
    tx.tell(event, ticket.ticket_id, ticket.version)


def tell_ungrouped(tx: Tx, ticket: Ticket, group_ticket_id: str) -> None:
    """It is of that event no longer."""
    alone = events_pb2.TicketUngrouped(
        ticket_id=ticket.ticket_id, group_ticket_id=group_ticket_id, at=stamp(tx.now), version=ticket.version
    )
    tx.tell(alone, ticket.ticket_id, ticket.version)


def _counted(ticket: Ticket) -> dict[str, Any]:
    return {
        "channel": number_of(ticket_pb2.Channel.DESCRIPTOR, ticket.channel),
        "nature": number_of(ticket_pb2.Nature.DESCRIPTOR, ticket.nature or ""),
        "category": ticket.category,
        "category_path": ticket.category_path,
        "place": place_message(ticket.place),
        "received_at": stamp(ticket.received_at),
    }
