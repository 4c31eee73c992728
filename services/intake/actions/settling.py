"""How a registered ticket leaves intake, and what the caller may still do (Art. 3, 11(1))."""

from __future__ import annotations

from dataclasses import replace

from chassis.errors import Invalid
from chassis.store import Tx
from regulation.declining import EmergencyNumber
from services.intake import lifecycle
from services.intake.actions.declining import linked
from services.intake.actions.reading import changeable
from services.intake.actions.registering import masker_of
from services.intake.actions.telling import record, tell_formed, tell_settled, tell_supplemented, tell_withdrawn
from services.intake.lifecycle import State
from services.intake.rules import settling as rules
from services.intake.rules.settling import NO_ENTRY, Citation
from services.intake.rules.ticket import Ticket, settle_overdue
from services.intake.store import supplements
from services.intake.store import tickets as rows
from services.intake.store.supplements import Supplement


def form_ticket(tx: Tx, ticket_id: str, seen: int, recurs_ticket_id: str = "") -> Ticket:
    """It becomes an order to be dispatched (11(1)). What the caller added before is told right after."""
    ticket = changeable(tx, ticket_id, seen)
    if recurs_ticket_id:
        linked(tx, ticket, recurs_ticket_id, "recurs_ticket_id")
    formed = rules.form_ticket(ticket, tx.by.id, tx.now, recurs_ticket_id)
    tell_formed(tx, formed)
    for added in supplements.load_all(tx, ticket_id):
        formed = replace(formed, version=formed.version + 1)
        tell_supplemented(tx, ticket_id, added.text, added.at, formed.version)
    rows.save(tx, formed)
    record(tx, formed, lifecycle.FORM, lifecycle.ACCEPTANCE.code, recurs_ticket_id=recurs_ticket_id, late=settle_overdue(formed, tx.now))
    return formed


def answer_directly(tx: Tx, ticket_id: str, seen: int, answer: str, cited: Citation = NO_ENTRY) -> Ticket:
    """It is answered on the spot, perhaps by a knowledge entry (11(1))."""
    ticket = changeable(tx, ticket_id, seen)
    masked = masker_of(tx, ticket).mask(answer)
    answered = rules.answer_directly(ticket, masked, tx.by.id, tx.now, cited)
    return _end(
        tx, answered, lifecycle.ANSWER, lifecycle.ACCEPTANCE.code, answer=masked, entry_id=cited.entry_id, entry_version=cited.version
    )


def pass_emergency(tx: Tx, ticket_id: str, seen: int, number: EmergencyNumber | None, note: str) -> Ticket:
    """A real emergency goes to 110, 119 or 120 at once (Art. 2, 3)."""
    if number is None:
        raise Invalid("number", "请选择转接的紧急电话：110、119 或 120", lifecycle.NON_URGENT.code)
    ticket = changeable(tx, ticket_id, seen)
    masked = masker_of(tx, ticket).mask(note)
    passed = rules.pass_emergency(ticket, number, masked, tx.by.id, tx.now)
    return _end(tx, passed, lifecycle.PASS, lifecycle.NON_URGENT.code, code=number, note=masked)


def supplement_ticket(tx: Tx, ticket_id: str, text: str) -> Ticket:
    """The caller adds something before it has ended (Art. 10)."""
    ticket = changeable(tx, ticket_id)
    supplemented = rules.supplement_ticket(ticket)
    if len(supplements.load_all(tx, ticket_id)) >= supplements.MOST_PER_TICKET:
        raise Invalid("text", f"一个工单最多补充 {supplements.MOST_PER_TICKET} 次，请另行登记")
    added = Supplement(tx.new_id(), masker_of(tx, ticket).mask(text), tx.now)
    supplements.insert(tx, ticket, added, text)
    rows.save(tx, supplemented)
    if supplemented.state is State.FORMED:
        tell_supplemented(tx, ticket_id, added.text, added.at, supplemented.version)
    record(tx, supplemented, lifecycle.SUPPLEMENT, lifecycle.RECORD.code, text=added.text)
    return supplemented


def withdraw_ticket(tx: Tx, ticket_id: str, seen: int, reason: str) -> Ticket:
    """The caller takes it back before it has ended."""
    ticket = changeable(tx, ticket_id, seen)
    masked = masker_of(tx, ticket).mask(reason)
    withdrawn = rules.withdraw_ticket(ticket, masked, tx.by.id, tx.now)
    if ticket.state is State.REGISTERED:
        return _end(tx, withdrawn, lifecycle.WITHDRAW, lifecycle.ACCEPTANCE.code, reason=masked)
    rows.save(tx, withdrawn)
    tell_withdrawn(tx, withdrawn)
    record(tx, withdrawn, lifecycle.WITHDRAW, lifecycle.ACCEPTANCE.code, reason=masked)
    return withdrawn


def _end(tx: Tx, ticket: Ticket, verb: str, article: str, *, code: str = "", **detail: str | int) -> Ticket:
    rows.save(tx, ticket)
    tell_settled(tx, ticket, ticket.state, article, code)
    record(tx, ticket, verb, article, code=code, late=settle_overdue(ticket, tx.now), **detail)
    return ticket
