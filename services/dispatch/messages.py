"""Rows and rules' facts as the messages that answer a question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from chassis.stamps import stamp
from hotline.dispatch.v1 import orders_pb2 as pb
from hotline.ticket.v1 import ticket_pb2
from regulation.calendar import Calendar
from regulation.deadlines import Kind, Light
from regulation.explanation import explain
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.dispatch.lifecycle import OPEN, State, Verb
from services.dispatch.rules import clocks
from services.dispatch.rules.calling_back import Outcome
from services.dispatch.rules.order import Assist, CallBack, Clock, Closing, Order, Round
from services.dispatch.rules.replying import AnsweredBy
from services.dispatch.rules.requests import ExtensionRequest, ProgressReportRequest, Request, ReturnRequest
from services.dispatch.words import day_message, deadline_message, named, number_of

Row = Mapping[Any, Any]
FACETS = {"return": pb.FACET_RETURN, "extension": pb.FACET_EXTENSION, "progress_report": pb.FACET_PROGRESS_REPORT}
"""What may be pending, as the protos number it."""


def order_message(row: Row, now: dt.datetime) -> pb.Order:
    """An order as lists and answers show it."""
    return pb.Order(
        order_id=row["order_id"],
        ticket_id=row["ticket_id"],
        number=row["number"],
        tenant_id=row["tenant_id"],
        handling_tenant_id=row["handling_tenant_id"] or "",
        outer_order_id=row["outer_order_id"],
        unit_id=row["unit_id"],
        state=number_of(State(row["state"])),
        version=row["version"],
        round=row["round"],
        source=number_of(Source(row["source"])),
        urgency=ticket_pb2.URGENCY_URGENT if row["urgent"] else ticket_pb2.URGENCY_ORDINARY,
        nature=named(ticket_pb2.Nature, "NATURE", row["nature"]),
        category=row["category"],
        title=row["title"],
        formed_at=stamp(row["formed_at"]),
        due_at=stamp(row["due_at"]),
        due_kind=number_of(Kind(row["due_kind"])),
        overdue=_overdue(row, now),
        light=number_of(Light(row["light"])),
        since=stamp(row["since"]),
        pending=FACETS.get(row["pending"], pb.FACET_UNSPECIFIED),
        returns=row["returns"],
        reworks=row["reworks"],
        coordinate_since=stamp(row["coordinate_since"]),
        closing=number_of(Closing(row["closing"]) if row["closing"] else None),
        closed_at=stamp(row["closed_at"]),
        urgent_kind=number_of(UrgentKind(row["urgent_kind"]) if row["urgent_kind"] else None),
        provincial_due_at=stamp(row["provincial_due_at"]),
    )


def date_message(clock: Clock, calendar: Calendar) -> pb.Date:
    """A date with why it falls where it falls; `calendar` is the one it was set under."""
    return pb.Date(
        round=clock.round,
        version=clock.version,
        deadline=deadline_message(clock.deadline),
        state=number_of(clock.state),
        held_at=stamp(clock.held_at),
        stopped_at=stamp(clock.stopped_at),
        unit_id=clock.unit_id,
        late=clock.late,
        assisting=bool(clock.assisting),
        days=[day_message(day) for day in explain(clock.deadline, calendar)],
    )


def offer_message(verb: Verb) -> ticket_pb2.Offer:
    """A verb that is offered."""
    return ticket_pb2.Offer(verb=verb.value, term=verb.term, article=verb.article.code)


def round_message(order: Order, round_: Round, now: dt.datetime) -> pb.Round:
    """A round and whether it counts as overdue."""
    return pb.Round(
        number=round_.number,
        unit_id=round_.unit_id,
        delivered_at=stamp(round_.delivered_at),
        signed_in_at=stamp(round_.signed_in_at),
        reported_at=stamp(round_.reported_at),
        replied_at=stamp(round_.replied_at),
        passed_at=stamp(round_.passed_at),
        ended_at=stamp(round_.ended_at),
        ending=number_of(round_.ending),
        late_return=round_.late_return,
        overdue=clocks.overdue(order, round_.number, now),
        extensions=round_.extensions,
        promises=round_.promises,
        deficient=round_.deficient,
        call_back=call_back_message(round_.call_back),
        note=round_.note,
        breached=round_.breached,
    )


def assist_message(assist: Assist) -> pb.Assist:
    """An assisting unit's part."""
    return pb.Assist(
        round=assist.round,
        unit_id=assist.unit_id,
        delivered_at=stamp(assist.delivered_at),
        signed_in_at=stamp(assist.signed_in_at),
        contributed_at=stamp(assist.contributed_at),
        ended_at=stamp(assist.ended_at),
        ending=number_of(assist.ending),
        note=assist.note,
    )


def call_back_message(call_back: CallBack) -> pb.CallBack:
    """What a call-back has come to."""
    return pb.CallBack(
        attempts=call_back.attempts,
        last_at=stamp(call_back.last_at),
        link_sent_at=stamp(call_back.link_sent_at),
        link_until=stamp(call_back.link_until),
        unreachable_at=stamp(call_back.unreachable_at),
        process=number_of(call_back.process),
        result=number_of(call_back.result),
        rated_at=stamp(call_back.rated_at),
        via=number_of(call_back.via),
        remark=call_back.remark,
    )


def request_message(request: Request) -> pb.Request:
    """What a unit asked for, and the hub's answer."""
    message = pb.Request(
        request_id=request.request_id,
        facet=FACETS[request.facet],
        round=request.round,
        unit_id=request.unit_id,
        asked_at=stamp(request.asked_at),
        asked_by=request.asked_by,
        reason=request.reason,
        decide_by=stamp(request.decide_by),
        escalated_at=stamp(request.escalated_at),
        decision=number_of(request.decision),
        decided_at=stamp(request.decided_at),
        decided_by=request.decided_by,
        decision_reason=request.decision_reason,
    )
    _set_asked(message, request)
    return message


def reply_message(row: Row) -> pb.UnitReply:
    """What a unit answered."""
    return pb.UnitReply(
        reply_id=row["reply_id"],
        round=row["round"],
        verb=row["verb"],
        unit_id=row["unit_id"],
        by=row["by_id"],
        at=stamp(row["at"]),
        measures=row["measures"],
        result=row["result"],
        basis=row["basis"],
        answered_at=stamp(row["answered_at"]),
        answered_by=number_of(AnsweredBy(row["answered_by"]) if row["answered_by"] else None),
        sent_back_at=stamp(row["sent_back_at"]),
        sent_back_reason=row["sent_back_reason"],
    )


def attempt_message(row: Row) -> pb.Attempt:
    """A call that obtained nothing."""
    return pb.Attempt(
        round=row["round"], at=stamp(row["at"]), by=row["by_id"], outcome=number_of(Outcome(row["outcome"])), note=row["note"]
    )


def urging_message(row: Row) -> pb.Urging:
    """A 催办单 as sla told it."""
    return pb.Urging(
        urging_id=row["urging_id"],
        round=row["round"],
        kind=number_of(Kind(row["kind"])),
        unit_id=row["unit_id"],
        deadline_at=stamp(row["deadline_at"]),
        at=stamp(row["at"]),
        voided_reason=row["voided_reason"] or "",
    )


def ticket_message(row: Row) -> pb.TicketText:
    """The ticket's masked text."""
    return pb.TicketText(
        channel=named(ticket_pb2.Channel, "CHANNEL", row["channel"]),
        text=row["text"],
        place=ticket_pb2.Place(**row["place"]),
        parties=[ticket_pb2.Party(**each) for each in row["parties"]],
        received_at=stamp(row["received_at"]),
        provincial_number=row["provincial_number"],
    )


def _set_asked(message: pb.Request, request: Request) -> None:
    match request:
        case ReturnRequest():
            asked = getattr(message, "return")
            asked.basis, asked.suggested_unit_id, asked.late = request.basis, request.suggested_unit_id, request.late
        case ExtensionRequest():
            message.extension.days, message.extension.granted_days = request.days, request.granted_days
        case ProgressReportRequest():
            promised = message.progress_report
            promised.progress, promised.measures = request.progress, request.measures
            promised.promised_on = request.promised_on.isoformat()
            promised.caller_told_at.FromDatetime(request.caller_told_at)


def _overdue(row: Row, now: dt.datetime) -> bool:
    """Whether the date in force was missed, or is so far; an undecided extension or 续报 keeps that open."""
    if row["pending"] in {"extension", "progress_report"}:
        return False
    answered = row["answered_at"] or (now if State(row["state"]) in OPEN else None)
    return answered is not None and answered > row["due_at"]
