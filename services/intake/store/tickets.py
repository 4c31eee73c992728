"""Tickets as rows: loads and saves the facts of rules.ticket, and lists them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, text
from sqlalchemy.exc import IntegrityError

from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.natures import Channel, Nature
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.intake.lifecycle import State
from services.intake.rules.categories import LEVELS, line_of
from services.intake.rules.ticket import DeclineRequest, OrderView, Party, Place, Settlement, Ticket, Urgency
from services.intake.store.tables import attachments, callers, holders, supplements, tickets

Row = Mapping[Any, Any]
# How a nature that nobody has told yet is kept.
UNSPECIFIED = "unspecified"
NEWEST_FIRST = (tickets.c.received_at.desc(), tickets.c.ticket_id.desc())
_LISTED = [column for column in tickets.c if column.name != "text"]
# In the words of the index, for whose sake it is asked.
_OF_CALLERS = text("channel IN ('wechat', 'app', 'mayor_mailbox')")
_PLAIN = (
    "ticket_id", "number", "tenant_id", "category", "category_path", "title", "text", "edition",
    "received_at", "registered_at", "registered_by", "settle_by", "masking_confirmed", "group_ticket_id", "version",
    "provincial_due_at",
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """Which tickets a list holds; what is empty filters nothing. `category` takes all below it; the days' end is not included."""

    states: tuple[State, ...] = ()
    category: str = ""
    district: str = ""
    town: str = ""
    received_from: datetime | None = None
    received_before: datetime | None = None
    number: str = ""
    decline_requested: bool = False
    held_by: str = ""
    """Only what this unit holds."""
    registered_by: str = ""
    """Only what this system registered, by a channel that callers use themselves."""


def load(tx: Tx, ticket_id: str, *, lock: bool = False) -> Ticket:
    """A ticket the caller's tenant sees. Raises Missing."""
    row = tx.row(tickets, lock=lock, ticket_id=ticket_id)
    if row is None:
        raise Missing(f"没有编号为 {ticket_id} 的工单，请核对后重试")
    return read(row)


def ask_ahead(tx: Tx, ticket_id: str, *, lock: bool = False) -> None:
    """The ticket will be loaded: it comes with what is asked next."""
    tx.ahead.row(tickets, lock=lock, ticket_id=ticket_id)


def load_among(tx: Tx, ticket_ids: Iterable[str]) -> list[Ticket]:
    """Those of the tickets that the caller's tenant may change, locked, in the order of their ids."""
    return [read(row) for row in tx.rows_among(tickets, "ticket_id", ticket_ids, order="ticket_id", lock=True)]


def read_among(tx: Tx, ticket_ids: Iterable[str]) -> list[Ticket]:
    """Those of the tickets that the caller may see."""
    return [read(row) for row in tx.rows_among(tickets, "ticket_id", ticket_ids)]


def find(tx: Tx, number: str) -> Ticket | None:
    """A ticket of the caller's own tenant by its number."""
    row = tx.row(tickets, tenant_id=tx.by.tenant_id, number=number)
    return read(row) if row else None


def insert(tx: Tx, ticket: Ticket) -> None:
    """A new ticket. Raises Invalid for a province's number that is registered already."""
    if ticket.provincial_number and (known := _by_provincial_number(tx, ticket.provincial_number)):
        raise _registered_already(ticket.provincial_number, known["number"])
    try:
        tx.insert(tickets, **_values(ticket))
        if ticket.provincial_number:
            tx.settle()
    except IntegrityError:
        raise _registered_already(ticket.provincial_number, "") from None


def save(tx: Tx, ticket: Ticket, before: Ticket | None = None) -> None:
    """A ticket that `load` locked; with what it was `before` only what changed."""
    if changed := _changed(ticket, before):
        tx.change(tickets, {"ticket_id": ticket.ticket_id}, changed)


def save_all(tx: Tx, after: Sequence[Ticket], before: Sequence[Ticket]) -> None:
    """Tickets that are locked, each with what it was before: what changed of them, in a journey for each set of columns."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for ticket, was in zip(after, before, strict=True):
        if changed := _changed(ticket, was):
            alike[tuple(changed)].append({"ticket_id": ticket.ticket_id, **changed})
    for rows in alike.values():
        tx.change_many(tickets, "ticket_id", rows)


def hand_over(tx: Tx, ticket_id: str, handling_tenant_id: str) -> None:
    """Let the tenant that handles a ticket, and no other beside the owner, see what hangs on it."""
    for table in (callers, supplements, attachments):
        tx.change(table, {"ticket_id": ticket_id}, {"handling_tenant_id": handling_tenant_id or None})


def page_of(tx: Tx, chosen: Filter, page: Page) -> tuple[list[Ticket], str]:
    """A page of a list, newest first, and the token of the next; without the texts. What a unit holds goes by the registration."""
    if chosen.held_by:
        return _held(tx, chosen, page)
    rows, token = tx.page(tx.select(tickets, *_LISTED).where(*conditions(tx, chosen)), NEWEST_FIRST, page)
    return [read(row) for row in rows], token


def conditions(tx: Tx, chosen: Filter) -> Iterator[ColumnElement[bool]]:
    """What is asked of tickets."""
    if chosen.states:
        yield tickets.c.state.in_(chosen.states)
    if chosen.category:
        yield _below(chosen.category)
    for name in ("district", "town", "number"):
        if wanted := getattr(chosen, name):
            yield tickets.c[name] == wanted
    if chosen.received_from:
        yield tickets.c.received_at >= chosen.received_from
    if chosen.received_before:
        yield tickets.c.received_at < chosen.received_before
    if chosen.decline_requested:
        yield tickets.c.decline_requested.is_(True) & (tickets.c.state == State.REGISTERED)
    if chosen.registered_by:
        yield and_(tickets.c.tenant_id == tx.by.tenant_id, tickets.c.registered_by == chosen.registered_by, _OF_CALLERS)
    if chosen.held_by:
        yield tickets.c.ticket_id.in_(tx.select(holders, holders.c.ticket_id).where(holders.c.unit_id == chosen.held_by))


def _held(tx: Tx, chosen: Filter, page: Page) -> tuple[list[Ticket], str]:
    """By the index of what a unit holds, whose ids rise with the registration: it may hold a few tickets, or one in twenty."""
    held = tx.select(holders, holders.c.ticket_id).where(holders.c.unit_id == chosen.held_by).subquery("held")
    columns = [column for column in _LISTED if column.name != "ticket_id"]
    statement = tx.select(tickets, held.c.ticket_id, *columns).join(held, held.c.ticket_id == tickets.c.ticket_id)
    rows, token = tx.page(statement.where(*conditions(tx, replace(chosen, held_by=""))), (held.c.ticket_id.desc(),), page)
    # It may hold one by two orders.
    return [read(row) for row in {row["ticket_id"]: row for row in rows}.values()], token


def _below(code: str) -> ColumnElement[bool]:
    if len(line_of(code)) == LEVELS:
        return tickets.c.category == code
    # "/" is the character after ".": a range, which an index serves.
    return or_(tickets.c.category == code, (tickets.c.category > f"{code}.") & (tickets.c.category < f"{code}/"))


def _by_provincial_number(tx: Tx, number: str) -> Row | None:
    return tx.row(tickets, tenant_id=tx.by.tenant_id, provincial_number=number)


def _registered_already(provincial_number: str, number: str) -> Invalid:
    return Invalid("content.provincial_number", f"省级工单 {provincial_number} 已经登记{f'为 {number}' if number else ''}，请勿重复登记")


def read(row: Row) -> Ticket:
    """The facts in a row; a list's row carries no text."""
    settlement = dict(row["settlement"])
    request = row["decline_request"]
    return Ticket(
        **{name: row.get(name, "") for name in _PLAIN},
        handling_tenant_id=row["handling_tenant_id"] or "",
        state=State(row["state"]),
        channel=Channel(row["channel"]),
        nature=Nature(row["nature"]) if row["nature"] != UNSPECIFIED else None,
        source=Source(row["source"]),
        urgency=Urgency(row["urgency"]),
        urgent_kind=UrgentKind(row["urgent_kind"]) if row["urgent_kind"] else None,
        place=Place(row["district"], row["town"], row["address"]),
        parties=tuple(Party(**party) for party in row["parties"]),
        provincial_number=row["provincial_number"] or "",
        settlement=Settlement(at=row["settled_at"], **settlement),
        decline_request=DeclineRequest(request["repeats"], request["by"], datetime.fromisoformat(request["at"])) if request else None,
        order=OrderView(row["order_id"], row["order_state"], row["order_round"], row["closing"], row["closed_at"]),
    )


def _changed(ticket: Ticket, before: Ticket | None) -> dict[str, Any]:
    values, old = _values(ticket), _values(before) if before else {}
    return {name: value for name, value in values.items() if name not in old or old[name] != value}


def _values(ticket: Ticket) -> dict[str, Any]:
    settlement = dict(vars(ticket.settlement))
    request = ticket.decline_request
    return {
        **{name: getattr(ticket, name) for name in _PLAIN},
        "handling_tenant_id": ticket.handling_tenant_id or None,
        **{name: getattr(ticket, name).value for name in ("state", "channel", "source", "urgency")},
        "nature": ticket.nature or UNSPECIFIED,
        "urgent_kind": ticket.urgent_kind or "",
        **vars(ticket.place),
        "parties": [dict(vars(party)) for party in ticket.parties],
        "provincial_number": ticket.provincial_number or None,
        "settled_at": settlement.pop("at"),
        "settlement": {name: value for name, value in settlement.items() if value},
        "decline_requested": request is not None,
        "decline_request": {"repeats": request.repeats_ticket_id, "by": request.by, "at": request.at.isoformat()} if request else None,
        "order_id": ticket.order.order_id,
        "order_state": ticket.order.state,
        "order_round": ticket.order.round,
        "closing": ticket.order.closing,
        "closed_at": ticket.order.closed_at,
    }
