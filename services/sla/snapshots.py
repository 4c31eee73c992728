"""dispatch's snapshots and the words of protos, as sla's rules speak of them."""

from __future__ import annotations

from chassis.stamps import instant_of, needed_instant, stamp
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.ticket.v1 import ticket_pb2 as ticket
from regulation.articles import Article
from regulation.terms import Deadline, Kind, Light, Unit
from services.sla.rules.clocks import Clock, Key, State
from services.sla.rules.orders import Facts, Snapshot


def snapshot_of(event: dispatch.OrderChanged) -> Snapshot:
    """What dispatch told of an order. Raises ValueError for a snapshot that lacks an instant or names no kind."""
    order = event.order
    facts = Facts(order.tenant_id, order.handling_tenant_id, order.ticket_id, order.number, order.unit_id)
    clocks = tuple(_clock(clock, order.unit_id) for clock in order.clocks)
    return Snapshot(order.order_id, facts, order.version, order.round, needed_instant(event, "at"), clocks)


def kind_of(number: ticket.DeadlineKind.ValueType) -> Kind:
    """The law's kind. Raises ValueError for UNSPECIFIED."""
    name = ticket.DeadlineKind.Name(number).removeprefix("DEADLINE_KIND_")
    if name == "UNSPECIFIED":
        raise ValueError("a deadline without a kind")
    return Kind[name]


def kind_number(kind: Kind) -> ticket.DeadlineKind.ValueType:
    """The law's kind as the protos number it."""
    return ticket.DeadlineKind.Value(f"DEADLINE_KIND_{kind.name}")


def light_number(light: Light) -> ticket.Light.ValueType:
    """A light as the protos number it."""
    return ticket.Light.Value(f"LIGHT_{light.name}")


def light_of(number: ticket.Light.ValueType) -> Light:
    """A light from its number. Raises KeyError for UNSPECIFIED."""
    return Light[ticket.Light.Name(number).removeprefix("LIGHT_")]


def state_number(state: State) -> dispatch.ClockState.ValueType:
    """A clock's state as the protos number it."""
    return dispatch.ClockState.Value(f"CLOCK_STATE_{state.name}")


def deadline_message(deadline: Deadline) -> ticket.Deadline:
    """A deadline as the protos carry it."""
    return ticket.Deadline(
        kind=kind_number(deadline.kind),
        article=deadline.article.code,
        trigger_at=stamp(deadline.trigger_at),
        n=deadline.n,
        unit=deadline.unit.value,
        deadline_at=stamp(deadline.deadline_at),
        yellow_at=stamp(deadline.yellow_at),
        red_at=stamp(deadline.red_at),
        provisional=deadline.provisional,
        calendar_revision=deadline.calendar_revision,
        edition=deadline.edition,
        own_at=stamp(deadline.own_at),
    )


def _clock(told: dispatch.Clock, unit_id: str) -> Clock:
    return Clock(
        key=Key(told.round, kind_of(told.kind), told.deadline_version, told.unit_id if told.assisting else ""),
        deadline=_deadline(told.deadline),
        unit_id=told.unit_id or unit_id,
        state=State(dispatch.ClockState.Name(told.state).removeprefix("CLOCK_STATE_")),
        held_at=instant_of(told, "held_at"),
        stopped_at=instant_of(told, "stopped_at"),
    )


def _deadline(told: ticket.Deadline) -> Deadline:
    return Deadline(
        kind=kind_of(told.kind),
        article=Article.parse(told.article),
        trigger_at=needed_instant(told, "trigger_at"),
        n=told.n,
        unit=Unit(told.unit),
        deadline_at=needed_instant(told, "deadline_at"),
        yellow_at=instant_of(told, "yellow_at"),
        red_at=instant_of(told, "red_at"),
        provisional=told.provisional,
        calendar_revision=told.calendar_revision,
        edition=told.edition,
        own_at=instant_of(told, "own_at"),
    )
