"""The system's side: the same facts as it answers them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message

from hotline.dispatch.v1 import events_pb2 as events
from hotline.dispatch.v1 import orders_pb2 as orders
from hotline.intake.v1 import ticket_pb2 as tickets
from hotline.sla.v1 import lights_pb2 as lights
from hotline.sla.v1 import urgings_pb2 as urgings
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.audit.booked import Facts


def ticket_facts(ticket: tickets.Ticket, attachments: int) -> Facts:
    """What intake answers."""
    settled = ticket.settlement
    return {
        "state": _name(tickets.TicketState, "TICKET_STATE", ticket.state),
        "channel": _name(shared.Channel, "CHANNEL", ticket.channel),
        "urgent": ticket.urgency == shared.URGENCY_URGENT,
        "received_at": _at(ticket, "received_at"),
        "settled_at": _at(settled, "at"),
        "settle_by": _at(ticket, "settle_by"),
        "settle_overdue": ticket.settle_overdue,
        "decline_code": _name(tickets.DeclineCode, "DECLINE_CODE", settled.decline_code),
        "repeats": settled.repeats_ticket_id,
        "recurs": settled.recurs_ticket_id,
        "passed_to": _name(tickets.EmergencyNumber, "EMERGENCY_NUMBER", settled.passed_to),
        "supplements": len(ticket.supplements),
        "attachments": attachments,
        "order state": _name(events.OrderState, "ORDER_STATE", ticket.order.state),
        "order closing": _name(events.Closing, "CLOSING", ticket.order.closing),
    }


def order_facts(
    answer: orders.GetOrderResponse,
    steps: Sequence[shared.JournalEntry],
    turned: Iterable[lights.Turn],
    issued: Iterable[urgings.Urging],
    now: datetime,
) -> Facts:
    """What dispatch and sla answer; lights whose instant lies behind `now` are left out, for the clock goes on."""
    order = answer.order
    facts: Facts = {
        "state": _name(events.OrderState, "ORDER_STATE", order.state),
        "closing": _name(events.Closing, "CLOSING", order.closing),
        "unit": order.unit_id,
        "source": _name(shared.Source, "SOURCE", order.source),
        "urgent": order.urgency == shared.URGENCY_URGENT,
        "returns": order.returns,
        "reworks": order.reworks,
        "steps": tuple(step.verb for step in steps[1:]),
        "coordination": order.HasField("coordinate_since"),
        "requests": tuple(_request(each) for each in answer.requests),
        "lights": tuple(sorted(_light(each) for each in turned if stands(each) and _moment(each, "at") <= now)),
        "urgings": tuple(sorted(_urging(each) for each in issued if _at(each, "voided_at") is None and _moment(each, "at") <= now)),
        "urgings shown": tuple(sorted(_urging(each) for each in answer.urgings if not each.voided_reason and _moment(each, "at") <= now)),
    }
    facts |= {f"round {each.number}": _round(each) for each in answer.rounds}
    return facts | dict(_date(each) for each in answer.dates)


def stands(turn: lights.Turn) -> bool:
    """Whether a light went up, and rightly so by what is known now."""
    return turn.lit and _at(turn, "voided_at") is None


def steps_of(order_id: str, entries: Iterable[shared.JournalEntry]) -> list[shared.JournalEntry]:
    """An order's own of its ticket's journal, its opening first."""
    return [entry for entry in entries if json.loads(entry.detail).get("order") == order_id]


def instants(steps: Iterable[shared.JournalEntry]) -> list[datetime]:
    """When each was done."""
    return [_moment(step, "at") for step in steps]


def _request(request: orders.Request) -> tuple[Any, ...]:
    facet, decision = _name(orders.Facet, "FACET", request.facet), _name(orders.Decision, "DECISION", request.decision)
    decide_by, decided = _at(request, "decide_by"), _at(request, "decided_at")
    late_decision = decide_by is not None and decided is not None and decided > decide_by
    late = getattr(request, "return").late
    asked = facet, request.round, _at(request, "asked_at"), late, request.HasField("escalated_at")
    return *asked, decide_by, decision, decided, late_decision


def _light(turn: lights.Turn) -> tuple[Any, ...]:
    light = _name(shared.Light, "LIGHT", turn.light)
    return turn.round, _kind(turn.kind), light, _at(turn, "at")


def _urging(urging: urgings.Urging | orders.Urging) -> tuple[Any, ...]:
    return urging.round, _kind(urging.kind), _at(urging, "at")


def _round(round_: orders.Round) -> tuple[Any, ...]:
    call = round_.call_back
    return (
        round_.unit_id, _name(orders.Ending, "ENDING", round_.ending), round_.late_return, round_.overdue, round_.extensions,
        round_.promises, round_.deficient, call.attempts, _name(events.Rating, "RATING", call.process),
        _name(events.Rating, "RATING", call.result), _name(orders.RatingVia, "RATING_VIA", call.via),
        _at(round_, "delivered_at"), _at(round_, "signed_in_at"), _at(round_, "reported_at"), _at(round_, "replied_at"),
        _at(round_, "passed_at"), _at(call, "link_sent_at"), _at(call, "unreachable_at"), _at(call, "rated_at"),
    )  # fmt: skip


def _date(date: orders.Date) -> tuple[str, Any]:
    deadline = date.deadline
    due, yellow, red = _moment(deadline, "deadline_at"), _at(deadline, "yellow_at"), _at(deadline, "red_at")
    name = f"date {date.round} {_kind(deadline.kind)} {due:%m-%dT%H:%M:%S}"
    return name, (due, yellow, red, _name(events.ClockState, "CLOCK_STATE", date.state), date.late, deadline.provisional)


def _kind(number: int) -> str:
    return _name(shared.DeadlineKind, "DEADLINE_KIND", number)


def _name(enum: Any, prefix: str, number: int) -> str:
    return str(enum.Name(number)).removeprefix(f"{prefix}_")


def _at(message: Message, field: str) -> datetime | None:
    return _moment(message, field) if message.HasField(field) else None


def _moment(message: Message, field: str) -> datetime:
    moment: datetime = getattr(message, field).ToDatetime(UTC)
    return moment
