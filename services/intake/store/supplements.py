"""What callers added later: masked, and sealed as it was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.store import Tx
from services.intake.keyring import keyring_of
from services.intake.rules.ticket import Ticket
from services.intake.store.tables import supplements as table

MOST_PER_TICKET = 50


@dataclass(frozen=True)
class Supplement:
    """What a caller added; in what `load_all` gives the text is masked, in what `open_all` gives it is not."""

    supplement_id: str
    text: str
    at: datetime


def insert(tx: Tx, ticket: Ticket, supplement: Supplement, original: str) -> None:
    """Keep a new one, with its original sealed."""
    keys = keyring_of(tx.settings)
    tx.insert(
        table,
        **vars(supplement),
        ticket_id=ticket.ticket_id,
        tenant_id=ticket.tenant_id,
        handling_tenant_id=ticket.handling_tenant_id or None,
        by=tx.by.id,
        key_id=keys.active,
        sealed_text=keys.seal(original.encode(), ticket.tenant_id, supplement.supplement_id, "sealed_text"),
    )


def load_all(tx: Tx, ticket_id: str) -> list[Supplement]:
    """A ticket's, oldest first; there are never more than MOST_PER_TICKET."""
    columns = (table.c.supplement_id, table.c.text, table.c.at)
    statement = tx.select(table, *columns).where(table.c.ticket_id == ticket_id).order_by(table.c.supplement_id)
    return [Supplement(**row) for row in tx.all(statement)]


def open_all(tx: Tx, ticket: Ticket) -> list[Supplement]:
    """The same, word for word."""
    keys = keyring_of(tx.settings)
    rows = tx.all(tx.select(table).where(table.c.ticket_id == ticket.ticket_id).order_by(table.c.supplement_id))
    return [
        Supplement(
            row["supplement_id"],
            keys.open(row["sealed_text"], ticket.tenant_id, row["supplement_id"], "sealed_text").decode(),
            row["at"],
        )
        for row in rows
    ]
