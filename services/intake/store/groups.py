"""The tickets of one event as rows: those under a leading ticket, by an index."""

from __future__ import annotations

from sqlalchemy import or_

from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.rules.ticket import Ticket
from services.intake.store.tables import tickets
from services.intake.store.tickets import NEWEST_FIRST, read


def leads(tx: Tx, ticket: Ticket) -> bool:
    """Whether other tickets stand under it."""
    under = (tickets.c.tenant_id == ticket.tenant_id) & (tickets.c.group_ticket_id == ticket.ticket_id)
    return tx.one(tx.select(tickets, tickets.c.ticket_id).where(under).limit(1)) is not None


def page_of(tx: Tx, lead_id: str, page: Page) -> tuple[list[Ticket], str]:
    """A page of a group, the leading ticket among it, newest first; without the texts."""
    columns = [column for column in tickets.c if column.name != "text"]
    member = or_(tickets.c.group_ticket_id == lead_id, tickets.c.ticket_id == lead_id)
    rows, token = tx.page(tx.select(tickets, *columns).where(tickets.c.tenant_id == tx.by.tenant_id, member), NEWEST_FIRST, page)
    return [read(row) for row in rows], token
