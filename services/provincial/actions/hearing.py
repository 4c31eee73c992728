"""What intake and dispatch told of provincial orders, as what the province is told: receipt to closing, each fact once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.enums import word_of
from chassis.stamps import instant, instant_of
from chassis.store import Tx
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import events_pb2 as intake
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.provincial.actions.receiving import bind
from services.provincial.lifecycle import FeedbackKind
from services.provincial.store import copies, feedback, keeping, orders
from services.provincial.store.feedback import Fact

TRANSFERS = frozenset({"dispatch", "rework"})
RATED = "record_ratings"
NO_ANSWER = (ticket.DEADLINE_KIND_FIRST_REPORT, ticket.DEADLINE_KIND_RETURN)


def ticket_formed(tx: Tx, event: intake.TicketFormed) -> None:
    """11(1): accepted. A provincial ticket that no link brought concerns no province."""
    if event.channel != ticket.CHANNEL_PROVINCIAL:
        return
    if orders.by_number(tx, event.provincial_number) is None:
        orders.estrange(tx, event.ticket_id)
        feedback.discard(tx, event.ticket_id)
        return
    bind(tx, event.provincial_number, event.ticket_id, event.number)
    content = {"ticket_number": event.number}
    _add(tx, Fact(f"accept:{event.ticket_id}", FeedbackKind.ACCEPTANCE, event.ticket_id, instant(event.formed_at), content))


def ticket_settled(tx: Tx, event: intake.TicketSettled) -> None:
    """3, 11(1): answered, declined or passed without an order."""
    if event.channel != ticket.CHANNEL_PROVINCIAL or orders.by_number(tx, event.provincial_number) is None:
        return
    bind(tx, event.provincial_number, event.ticket_id, "")
    content = {"outcome": event.outcome, "code": event.code}
    _add(tx, Fact(f"settle:{event.ticket_id}", FeedbackKind.SETTLEMENT, event.ticket_id, instant(event.settled_at), content))


def order_changed(tx: Tx, event: dispatch.OrderChanged) -> None:
    """11(2), 11(8), 11(10): whose it is and until when, how it was rated, how it ended. An inner order is the outer one's affair."""
    order = event.order
    if order.source != ticket.SOURCE_PROVINCIAL or order.outer_order_id:
        return
    due_at, ruling_at = _dates(order)
    orders.follow(tx, order, due_at, ruling_at)
    for kind, content in _told_by(tx, event, ruling_at):
        _add(tx, Fact(f"{order.order_id}:{order.version}:{kind}", kind, order.ticket_id, instant(event.at), content))


def answer_passed(tx: Tx, event: dispatch.AnswerPassed) -> None:
    """11(5), 11(8): what came of it, with the files that were attached."""
    if event.source != ticket.SOURCE_PROVINCIAL:
        return
    kind = FeedbackKind.REPLY
    fact = Fact(f"{event.order_id}:{event.version}:{kind}", kind, event.ticket_id, instant(event.at), {"result": event.result})
    if feedback_id := _add(tx, fact):
        keeping.send_along(tx, event.ticket_id, feedback_id)


def extension_requested(tx: Tx, event: dispatch.ExtensionRequested) -> None:
    """11(4)."""
    content = {"unit": copies.name_of(tx, event.unit_id), "days": event.days, "reason": event.reason}
    _add_request(tx, event, FeedbackKind.EXTENSION_REQUEST, content)


def return_requested(tx: Tx, event: dispatch.ReturnRequested) -> None:
    """11(6)."""
    suggested = copies.name_of(tx, event.suggested_unit_id)
    content = {"unit": copies.name_of(tx, event.unit_id), "reason": event.reason, "basis": event.basis, "suggested_unit": suggested}
    _add_request(tx, event, FeedbackKind.RETURN_REQUEST, content)


def progress_report_requested(tx: Tx, event: dispatch.ProgressReportRequested) -> None:
    """11(7): what was done, what will be, and the day that is promised."""
    said = {name: getattr(event, name) for name in ("reason", "progress", "measures", "promised_on")}
    _add_request(tx, event, FeedbackKind.PROGRESS_REPORT, {"unit": copies.name_of(tx, event.unit_id), **said})


def _told_by(tx: Tx, event: dispatch.OrderChanged, due_at: datetime | None) -> list[tuple[FeedbackKind, dict[str, Any]]]:
    told: list[tuple[FeedbackKind, dict[str, Any]]] = []
    if event.verb in TRANSFERS:
        content = {"unit": copies.name_of(tx, event.order.unit_id), "due_at": due_at.isoformat() if due_at else ""}
        told.append((FeedbackKind.TRANSFER, content))
    if event.verb == RATED:
        ratings = {"process_rating": event.process, "result_rating": event.result}
        told.append((FeedbackKind.CALL_BACK, {name: word_of(dispatch.Rating.DESCRIPTOR, rating) for name, rating in ratings.items()}))
    if event.closing:
        told.append((FeedbackKind.CLOSING, {"closing": word_of(dispatch.Closing.DESCRIPTOR, event.closing)}))
    return told


def _add_request(tx: Tx, event: Any, kind: FeedbackKind, content: dict[str, Any]) -> None:
    _add(tx, Fact(f"{event.order_id}:{event.version}:{kind}", kind, event.ticket_id, instant(event.at), content))


def _add(tx: Tx, fact: Fact) -> str:
    """Kept for the province; without its number where it is not known yet whether the ticket came by a link."""
    order = orders.by_ticket(tx, fact.ticket_id)
    if order is not None:
        return feedback.add(tx, fact, order["province"], order["number"])
    return "" if orders.is_stranger(tx, fact.ticket_id) else feedback.add(tx, fact)


def _dates(order: dispatch.OrderSnapshot) -> tuple[datetime | None, datetime | None]:
    """Our date and the lead's in force: the newest of the present round, but for the first report's."""
    own = (each for each in order.clocks if each.round == order.round and not each.assisting and each.state != dispatch.CLOCK_STATE_VOID)
    newest = max((each for each in own if each.kind not in NO_ANSWER), key=lambda each: each.deadline_version, default=None)
    if newest is None:
        return None, None
    in_force = instant(newest.deadline.deadline_at)
    return instant_of(newest.deadline, "own_at") or in_force, in_force
