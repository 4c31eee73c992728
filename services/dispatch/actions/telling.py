"""What dispatch tells after every verb: the order as it is now, and what the verb was."""

from __future__ import annotations

from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.dispatch.v1.events_pb2 import (
    AnswerPassed,
    ExtensionRequested,
    OrderChanged,
    OrderSnapshot,
    ProgressReportRequested,
    ReturnRequested,
)
from hotline.dispatch.v1.events_pb2 import Clock as ClockMessage
from hotline.ticket.v1.ticket_pb2 import URGENCY_ORDINARY, URGENCY_URGENT
from regulation.articles import Article
from regulation.table import Source
from services.dispatch.counting import count_step
from services.dispatch.lifecycle import Verb
from services.dispatch.rules.clocks import AGAINST_UNIT
from services.dispatch.rules.order import Clock, ClockState, Order
from services.dispatch.rules.requests import ExtensionRequest, ProgressReportRequest, ReturnRequest
from services.dispatch.words import deadline_message, number_of


def tell(owner: Tx, verb: str, article: Article, before: Order | None, after: Order) -> None:
    """Tell the verb with the snapshot after it."""
    event = OrderChanged(order=snapshot(before, after), verb=verb, at=stamp(owner.now), article=article.code, late=late(before, after))
    if after.closing is not None:
        event.closing = number_of(after.closing)
    if verb == Verb.RECORD_RATINGS:
        call_back = after.present.call_back
        event.process, event.result = number_of(call_back.process), number_of(call_back.result)
    if verb == Verb.SEND_RATING_LINK and (until := stamp(after.present.call_back.link_until)) is not None:
        event.link_until.CopyFrom(until)
    owner.tell(event, after.order_id, after.version, after.tenant_id)
    count_step(owner, verb, before, after, late=event.late)


def tell_answer(owner: Tx, order: Order, result: str) -> None:
    """What came of it, for the caller: told of the outer order alone."""
    event = AnswerPassed(
        order_id=order.order_id, ticket_id=order.ticket_id, number=order.number, round=len(order.rounds),
        result=result, at=stamp(owner.now), version=order.version, source=number_of(order.source),
    )  # fmt: skip
    owner.tell(event, order.order_id, order.version, order.tenant_id)


def tell_request(owner: Tx, order: Order) -> None:
    """11(4), 11(6), 11(7): what a unit asks of a provincial order, for the province."""
    if order.inner or order.source is not Source.PROVINCIAL:
        return
    named = {name: getattr(order, name) for name in ("order_id", "ticket_id", "unit_id", "version")}
    facts: dict[str, Any] = {**named, "at": stamp(owner.now)}
    asked: ExtensionRequested | ReturnRequested | ProgressReportRequested
    # Not only one that is undecided: a 续报 may be granted as it is asked for (11(7), policy).
    match order.request:
        case ExtensionRequest() as extension:
            asked = ExtensionRequested(days=extension.days, reason=extension.reason, **facts)
        case ReturnRequest() as back:
            asked = ReturnRequested(reason=back.reason, basis=back.basis, suggested_unit_id=back.suggested_unit_id, **facts)
        case ProgressReportRequest() as report:
            facts |= {"progress": report.progress, "measures": report.measures, "promised_on": report.promised_on.isoformat()}
            asked = ProgressReportRequested(reason=report.reason, **facts)
        case _:
            return
    owner.tell(asked, order.order_id, order.version, order.tenant_id)


def snapshot(before: Order | None, after: Order) -> OrderSnapshot:
    """The order, with the dates of its present round, and those of other rounds that changed."""
    known = {each.key: each for each in before.clocks} if before else {}
    present = len(after.rounds)
    told = (c for c in after.clocks if c.kind in AGAINST_UNIT and (c.round == present or known.get(c.key) != c))
    return OrderSnapshot(
        order_id=after.order_id,
        ticket_id=after.ticket_id,
        number=after.number,
        tenant_id=after.tenant_id,
        handling_tenant_id=after.handling_tenant_id,
        outer_order_id=after.outer_order_id,
        unit_id=after.unit_id,
        holders=after.holders,
        state=number_of(after.state),
        round=present,
        source=number_of(after.source),
        urgency=URGENCY_URGENT if after.urgent else URGENCY_ORDINARY,
        category=after.category,
        clocks=[_clock(each) for each in told],
        version=after.version,
        urgent_kind=number_of(after.urgent_kind),
    )


def late(before: Order | None, after: Order) -> bool:
    """Whether this verb made a date missed: an answer after it, a late return (11(6)), a request refused too late (11(4))."""
    was_late = {each.key for each in before.clocks if _missed(each)} if before else set()
    missed = any(_missed(each) and each.key not in was_late for each in after.clocks)
    returns = sum(each.late_return for each in after.rounds) - (sum(each.late_return for each in before.rounds) if before else 0)
    return missed or returns > 0


def _missed(clock: Clock) -> bool:
    """By the lead: an assisting unit's lateness stands on its own date, and counts for nobody else (16)."""
    return clock.kind in AGAINST_UNIT and clock.state is ClockState.STOPPED and clock.late and not clock.assisting


def _clock(clock: Clock) -> ClockMessage:
    return ClockMessage(
        kind=number_of(clock.kind),
        round=clock.round,
        deadline_version=clock.version,
        deadline=deadline_message(clock.deadline),
        state=number_of(clock.state),
        held_at=stamp(clock.held_at),
        stopped_at=stamp(clock.stopped_at),
        unit_id=clock.unit_id,
        assisting=bool(clock.assisting),
    )
