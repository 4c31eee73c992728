"""Grouping tickets of one event under one of them, and listing the group (Art. 14, 17)."""

from __future__ import annotations

from chassis.store import Tx
from chassis.store.paging import Page
from services.intake import lifecycle
from services.intake.actions.reading import changeable, readable, without_own
from services.intake.actions.registering import masker_of
from services.intake.actions.telling import record, tell_grouped, tell_ungrouped
from services.intake.rules import grouping as rules
from services.intake.rules.reading import Reading
from services.intake.rules.ticket import Ticket
from services.intake.store import groups
from services.intake.store import tickets as rows


def group_ticket(tx: Tx, ticket_id: str, seen: int, under_ticket_id: str) -> Ticket:
    """Put a ticket under the one that leads the event. Raises Missing, Denied, Stale, NotAllowed."""
    ticket = changeable(tx, ticket_id, seen)
    # Locked too: while it leads, it cannot be put under another.
    lead = changeable(tx, under_ticket_id)
    if lead.group_ticket_id:
        lead = changeable(tx, lead.group_ticket_id)
    grouped = rules.group_ticket(ticket, lead, leads=groups.leads(tx, ticket))
    rows.save(tx, grouped)
    tell_grouped(tx, grouped)
    record(tx, grouped, lifecycle.GROUP, lifecycle.TOPICS.code, group_ticket_id=lead.ticket_id)
    return grouped


def ungroup_ticket(tx: Tx, ticket_id: str, seen: int, reason: str) -> Ticket:
    """Take a ticket out of its group. Raises Missing, Denied, Stale, NotAllowed."""
    ticket = changeable(tx, ticket_id, seen)
    alone = rules.ungroup_ticket(ticket)
    rows.save(tx, alone)
    tell_ungrouped(tx, alone, ticket.group_ticket_id)
    said = masker_of(tx, ticket).mask(reason)
    record(tx, alone, lifecycle.UNGROUP, lifecycle.TOPICS.code, group_ticket_id=ticket.group_ticket_id, reason=said)
    return alone


def list_ticket_group(tx: Tx, ticket_id: str, page: Page) -> tuple[list[Ticket], str]:
    """The group of a ticket, newest first; never what is about the caller (Art. 17). Raises Missing, Denied."""
    ticket, _ = readable(tx, ticket_id, Reading.MASKED)
    tickets, token = groups.page_of(tx, ticket.group_ticket_id or ticket.ticket_id, page)
    return without_own(tx, tickets), token
