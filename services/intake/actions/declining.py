"""Declining (不予受理), and the officer's part in declining a repeat (Art. 3, 11(1))."""

from __future__ import annotations

from chassis.errors import Invalid, Missing
from chassis.store import Tx
from regulation.declining import DECLINES, Decline, DeclineCode
from services.intake import lifecycle
from services.intake.actions.reading import changeable
from services.intake.actions.registering import masker_of
from services.intake.actions.telling import record, tell_settled
from services.intake.rules import declining as rules
from services.intake.rules.declining import needs_turn_to, words_for
from services.intake.rules.reading import OFFICER_ROLES
from services.intake.rules.ticket import Ticket, settle_overdue
from services.intake.store import callers
from services.intake.store import tickets as rows


def decline_ticket(
    tx: Tx, ticket_id: str, seen: int, code: DeclineCode | None, words: str = "", turn_to: str = "", repeats_ticket_id: str = ""
) -> Ticket:
    """Not taken, with a code and the words to say (Art. 3, 11(1))."""
    if code is None:
        raise Invalid("code", "请选择不予受理的理由", lifecycle.NON_URGENT.code)
    decline = DECLINES[code]
    if needs_turn_to(decline) and not turn_to.strip():
        raise Invalid("turn_to", f"以“{decline.term}”不予受理时，应告知诉求人向何处反映，请填写途径", decline.article.code)
    ticket = changeable(tx, ticket_id, seen)
    concluded = _concluded(tx, ticket, decline, repeats_ticket_id)
    said = masker_of(tx, ticket).mask(words_for(decline, words, turn_to, concluded))
    is_officer = bool(tx.by.roles & OFFICER_ROLES)
    declined = rules.decline_ticket(ticket, code, said, tx.by.id, tx.now, repeats=repeats_ticket_id, officer=is_officer)
    rows.save(tx, declined)
    tell_settled(tx, declined, declined.state, decline.article.code, code)
    late = settle_overdue(declined, tx.now)
    record(tx, declined, lifecycle.DECLINE, decline.article.code, code=code, words=said, repeats_ticket_id=repeats_ticket_id, late=late)
    return declined


def request_decline(tx: Tx, ticket_id: str, seen: int, repeats_ticket_id: str) -> Ticket:
    """An operator asks an officer to decline a repeat (11(1))."""
    ticket = changeable(tx, ticket_id, seen)
    linked(tx, ticket, repeats_ticket_id, "repeats_ticket_id")
    requested = rules.request_decline(ticket, repeats_ticket_id, tx.by.id, tx.now)
    rows.save(tx, requested)
    record(tx, requested, lifecycle.REQUEST_DECLINE, lifecycle.ACCEPTANCE.code, repeats_ticket_id=repeats_ticket_id)
    return requested


def refuse_decline(tx: Tx, ticket_id: str, seen: int, reason: str) -> Ticket:
    """The officer finds it is no repeat (11(1))."""
    ticket = changeable(tx, ticket_id, seen)
    refused = rules.refuse_decline(ticket)
    rows.save(tx, refused)
    record(tx, refused, lifecycle.REFUSE_DECLINE, lifecycle.ACCEPTANCE.code, reason=masker_of(tx, ticket).mask(reason))
    return refused


def linked(tx: Tx, ticket: Ticket, earlier_id: str, field: str) -> Ticket:
    """The same caller's concluded ticket that this one repeats. Raises Invalid for none, NotAllowed for another's or an open one."""
    try:
        earlier = rows.load(tx, earlier_id)
    except Missing:
        raise Invalid(field, f"没有编号为 {earlier_id} 的工单，请核对所关联的工单", lifecycle.ACCEPTANCE.code) from None
    rules.check_repeat(ticket, earlier, same_caller=callers.same_caller(tx, ticket, earlier))
    return earlier


def _concluded(tx: Tx, ticket: Ticket, decline: Decline, repeats_ticket_id: str) -> str:
    """The number of the concluded ticket that a repeat is declined with; empty for any other code."""
    if decline.code is not DeclineCode.REPEAT:
        if repeats_ticket_id:
            raise Invalid("repeats_ticket_id", "只有以重复反映不予受理时才关联此前的工单，请改选理由或去掉关联")
        return ""
    if not repeats_ticket_id:
        raise Invalid("repeats_ticket_id", "以重复反映不予受理，须关联此前已办结并回复的工单", decline.article.code)
    return linked(tx, ticket, repeats_ticket_id, "repeats_ticket_id").number
