"""How a ticket leaves intake: answered, declined, passed or formed; and what the caller may still do (Art. 3, 11(1))."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from regulation.declining import EmergencyNumber
from services.intake import lifecycle
from services.intake.rules.ticket import OrderView, Settlement, Ticket


@dataclass(frozen=True)
class Citation:
    """The knowledge entry an answer rests on, and the text of it."""

    entry_id: str = ""
    version: int = 0


NO_ENTRY = Citation()


def form_ticket(ticket: Ticket, by: str, now: datetime, recurs_ticket_id: str = "") -> Ticket:
    """What cannot be answered directly becomes an order to be dispatched (11(1)).

    A request to decline it that is still open falls away: whoever forms it finds that it is no repeat.
    Raises NotAllowed when it is not registered, or not classified.
    """
    _refuse_unclassified(ticket)
    return _settled(ticket, lifecycle.FORM, Settlement(at=now, by=by, recurs_ticket_id=recurs_ticket_id))


def answer_directly(ticket: Ticket, answer: str, by: str, now: datetime, cited: Citation = NO_ENTRY) -> Ticket:
    """What can be answered directly is (11(1)); it may cite an entry.

    Raises NotAllowed when it is not registered, or not classified, Invalid for half a citation.
    """
    _refuse_unclassified(ticket)
    if bool(cited.entry_id) != bool(cited.version):
        raise Invalid("citation", "引用知识条目须同时写明条目编号和版本", "11-1")
    settlement = Settlement(at=now, by=by, answer=answer, entry_id=cited.entry_id, entry_version=cited.version)
    return _settled(ticket, lifecycle.ANSWER, settlement)


def pass_emergency(ticket: Ticket, number: EmergencyNumber, note: str, by: str, now: datetime) -> Ticket:
    """A real emergency is passed at once and recorded; the hotline takes non-urgent matters (Art. 2, 3)."""
    return _settled(ticket, lifecycle.PASS, Settlement(at=now, by=by, passed_to=number, note=note))


def withdraw_ticket(ticket: Ticket, reason: str, by: str, now: datetime) -> Ticket:
    """The caller takes it back before it has ended. A formed ticket stays settled as of its forming."""
    if ticket.settlement.at is None:
        return _settled(ticket, lifecycle.WITHDRAW, Settlement(at=now, by=by, withdrawal_reason=reason))
    state, _ = lifecycle.step(ticket.state, lifecycle.WITHDRAW)
    settlement = replace(ticket.settlement, withdrawal_reason=reason)
    return replace(ticket, state=state, settlement=settlement, version=ticket.version + 1)


def supplement_ticket(ticket: Ticket) -> Ticket:
    """The caller adds something before it has ended (Art. 10). Raises NotAllowed afterwards."""
    state, _ = lifecycle.step(ticket.state, lifecycle.SUPPLEMENT)
    return replace(ticket, state=state, version=ticket.version + 1)


def follow_order(ticket: Ticket, order: OrderView, handling_tenant_id: str, *, withdrawn: bool) -> Ticket:
    """The ticket shows its order's state and closes with it (11(10)). News of an order is no edit: no new version."""
    followed = replace(ticket, order=order, handling_tenant_id=handling_tenant_id)
    if order.closed_at is None:
        return followed
    if withdrawn:
        return replace(followed, state=lifecycle.State.WITHDRAWN)
    if ticket.state is lifecycle.State.CLOSED:
        return followed
    state, _ = lifecycle.step(ticket.state, lifecycle.CLOSE)
    return replace(followed, state=state)


def _settled(ticket: Ticket, verb: str, settlement: Settlement) -> Ticket:
    state, _ = lifecycle.step(ticket.state, verb)
    return replace(ticket, state=state, settlement=settlement, decline_request=None, version=ticket.version + 1)


def _refuse_unclassified(ticket: Ticket) -> None:
    if ticket.nature is None or not ticket.category:
        raise NotAllowed(lifecycle.RECORD, "工单尚未确定诉求性质和分类，请先补全后再办理")
