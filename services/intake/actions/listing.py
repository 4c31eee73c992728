"""What the doors show: a ticket as its reader may see it, and lists of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis import journal
from chassis.journal import Entry
from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.actions.reading import readable, reader_of, without_own
from services.intake.keyring import keyring_of
from services.intake.rules.content import phone_of
from services.intake.rules.masking import Caller, displayed
from services.intake.rules.reading import HUB_ROLES, Reader, Reading, is_party
from services.intake.rules.ticket import Ticket
from services.intake.rules.words import Found, find, words_of
from services.intake.store import callers, supplements, words
from services.intake.store import tickets as rows
from services.intake.store.supplements import Supplement
from services.intake.store.tickets import Filter


@dataclass(frozen=True)
class Shown:
    """A ticket as it is shown, all of it masked; `caller` is empty for whoever may not know even that."""

    ticket: Ticket
    caller: Caller
    supplements: list[Supplement]


def show(tx: Tx, ticket: Ticket, level: Reading = Reading.WHOLE) -> Shown:
    """A ticket with its masked caller and what was added."""
    caller = displayed(callers.open_caller(tx, ticket)[0]) if level is Reading.WHOLE else Caller()
    return Shown(ticket, caller, supplements.load_all(tx, ticket.ticket_id))


def get_ticket(tx: Tx, ticket_id: str) -> Shown:
    """One ticket, to whoever may read it (Art. 17)."""
    ticket, level = readable(tx, ticket_id, Reading.MASKED)
    return show(tx, _alone(tx, ticket), level)


def list_tickets(tx: Tx, chosen: Filter, page: Page) -> tuple[list[Ticket], str]:
    """A list: the hub's, or, outside it, what the caller's unit holds; never what is about the caller (Art. 17)."""
    reader = reader_of(tx)
    seen = _seen_by(reader, chosen)
    if seen is None:
        return [], ""
    tickets, token = rows.page_of(tx, seen, page)
    return [_alone(tx, ticket) for ticket in tickets if not is_party(reader, ticket.parties, ticket.tenant_id)], token


def search_tickets(tx: Tx, asked: str, chosen: Filter, page: Page) -> tuple[list[tuple[Ticket, Found]], str]:
    """What has these words among what `list_tickets` would show, and where it has them. Raises Invalid."""
    wanted, reader = words_of(asked), reader_of(tx)
    seen = _seen_by(reader, chosen)
    if seen is None:
        return [], ""
    tickets, token = words.page_of(tx, keyring_of(tx.settings), wanted, seen, page)
    readable = [ticket for ticket in tickets if not is_party(reader, ticket.parties, ticket.tenant_id)]
    found = [(_alone(tx, ticket), find(wanted, ticket.title, ticket.text)) for ticket in readable]
    return [(ticket, where) for ticket, where in found if where], token


def _seen_by(reader: Reader, chosen: Filter) -> Filter | None:
    """The hub's, or, outside it, what the reader's unit holds; None: nothing."""
    if reader.in_hub:
        return chosen
    if not reader.unit_id or chosen.held_by not in ("", reader.unit_id):
        return None
    return replace(chosen, held_by=reader.unit_id)


def _alone(tx: Tx, ticket: Ticket) -> Ticket:
    """Outside its hub a ticket stands alone: the one that leads its event may be about whoever reads it (Art. 17)."""
    in_its_hub = tx.by.tenant_id == ticket.tenant_id and bool(tx.by.roles & HUB_ROLES)
    return ticket if in_its_hub else replace(ticket, group_ticket_id="")


def list_journal(tx: Tx, ticket_id: str, page: Page) -> tuple[list[Entry], str]:
    """A ticket's steps here, oldest first, to whoever may read it: those before it was handed over too (Art. 10)."""
    ticket, _ = readable(tx, ticket_id, Reading.MASKED)
    with tx.acting_for(ticket.tenant_id) as owner:
        return journal.entries(owner, ticket_id, page)


def find_tickets_of_caller(tx: Tx, phone: str, page: Page) -> tuple[list[Ticket], str]:
    """The tickets of a number; of a short one, or one that nobody called from, none. Raises Invalid."""
    read = phone_of(phone, "phone")
    if read is None or not read.is_identity:
        return [], ""
    tickets, token = callers.page_of(tx, keyring_of(tx.settings).find(tx.by.tenant_id, read.e164), page)
    return without_own(tx, tickets), token
