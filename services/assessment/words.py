"""What others tell, as assessment's rules speak of it."""

from __future__ import annotations

import datetime as dt

from chassis.enums import word_of
from chassis.stamps import instant_of, needed_instant
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import events_pb2 as intake
from hotline.ticket.v1 import ticket_pb2 as ticket
from regulation.deadlines import Kind
from services.assessment.rules.calls import Call, Words
from services.assessment.rules.rounds import ABOUT_THE_ROUND_BEFORE, MARK_VERBS
from services.assessment.rules.told import About, Date, Lead, Mark, State, Told


def told_of(event: dispatch.OrderChanged) -> Told:
    """An order's event. Raises ValueError for one that lacks an instant, a kind or a state."""
    order, at = event.order, needed_instant(event, "at")
    about = About(
        order.tenant_id, order.ticket_id, order.number, order.outer_order_id, order.handling_tenant_id, order.category, order.unit_id
    )
    dates = tuple(_date(clock, order) for clock in order.clocks if not clock.assisting)
    lead = (order.round, Lead((order.version, at), (order.version, order.handling_tenant_id))) if order.unit_id and order.round else None
    return Told(order.order_id, order.version, about, dates, _mark(event, at), lead)


def call_of(event: intake.TicketFormed | intake.TicketSettled) -> Call:
    """A ticket's event as a call. Raises ValueError for one that lacks an instant."""
    at = instant_of(event, "received_at") or needed_instant(event, "formed_at" if isinstance(event, intake.TicketFormed) else "settled_at")
    channel = word_of(ticket.Channel.DESCRIPTOR, event.channel)
    nature = word_of(ticket.Nature.DESCRIPTOR, event.nature)
    place = event.place
    return Call(event.ticket_id, event.number, event.version, at, event.category, place.district, place.town, channel, nature)


def names_of(event: intake.TicketFormed | intake.TicketSettled) -> dict[str, str]:
    """What the levels of its category are called, by their codes."""
    parts, names = event.category.split("."), event.category_path.split("/")
    return {".".join(parts[: at + 1]): name for at, name in enumerate(names) if name} if len(parts) == len(names) else {}


def words_of(event: intake.TicketFormed | intake.TicketSettled) -> Words:
    """What was said in it; of one that was settled no more than whom it complains about."""
    title, text = (event.title, event.text) if isinstance(event, intake.TicketFormed) else ("", "")
    named = {each for party in event.parties for each in (party.unit_id, party.person_id) if each}
    return Words(event.ticket_id, title, text, frozenset(named))


def _date(clock: dispatch.Clock, order: dispatch.OrderSnapshot) -> Date:
    return Date(
        round=clock.round,
        kind=_kind(clock.kind),
        version=clock.deadline_version,
        told=order.version,
        unit_id=clock.unit_id or order.unit_id,
        state=State(dispatch.ClockState.Name(clock.state).removeprefix("CLOCK_STATE_")),
        deadline_at=needed_instant(clock.deadline, "deadline_at"),
        stopped_at=instant_of(clock, "stopped_at"),
    )


def _mark(event: dispatch.OrderChanged, at: dt.datetime) -> Mark | None:
    if event.verb not in MARK_VERBS:
        return None
    round_ = event.order.round - (event.verb in ABOUT_THE_ROUND_BEFORE)
    return Mark(event.order.version, round_, event.verb, at, event.late, _rating(event.process), _rating(event.result))


def _kind(number: ticket.DeadlineKind.ValueType) -> Kind:
    name = ticket.DeadlineKind.Name(number).removeprefix("DEADLINE_KIND_")
    if name == "UNSPECIFIED":
        raise ValueError("a deadline without a kind")
    return Kind[name]


def _rating(number: dispatch.Rating.ValueType) -> str:
    return word_of(dispatch.Rating.DESCRIPTOR, number)
