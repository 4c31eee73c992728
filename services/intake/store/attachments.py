"""Attachments as rows: what is known of each, and its sealed content apart, read only for whoever may have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.keyring import keyring_of
from services.intake.rules.ticket import Ticket
from services.intake.store.tables import attachments as table

_FACTS = ("attachment_id", "ticket_id", "name", "media_type", "size", "sha256", "uploaded_at", "uploaded_by")
_COLUMNS = tuple(table.c[name] for name in _FACTS)


@dataclass(frozen=True)
class Attachment:
    """What is known of an attachment; its name masked, its size in bytes."""

    attachment_id: str
    ticket_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str


def count_of(tx: Tx, ticket_id: str) -> int:
    """How many a ticket has."""
    return int(tx.connection.execute(tx.select(table, func.count()).where(table.c.ticket_id == ticket_id)).scalar_one())


def insert(tx: Tx, ticket: Ticket, attachment: Attachment, name: str, content: bytes) -> None:
    """Seal and keep a new one; `name` as it was given."""
    keys, place = keyring_of(tx.settings), (ticket.tenant_id, attachment.attachment_id)
    tx.insert(
        table,
        **vars(attachment),
        tenant_id=ticket.tenant_id,
        handling_tenant_id=ticket.handling_tenant_id or None,
        key_id=keys.active,
        sealed_name=keys.seal(name.encode(), *place, "sealed_name"),
        sealed_content=keys.seal(content, *place, "sealed_content"),
    )


def load(tx: Tx, attachment_id: str) -> Attachment:
    """What is known of one. Raises Missing."""
    row = tx.one(tx.select(table, *_COLUMNS).where(table.c.attachment_id == attachment_id))
    if row is None:
        raise Missing(f"没有编号为 {attachment_id} 的附件，请核对后重试")
    return Attachment(**row)


def open_content(tx: Tx, attachment: Attachment, ticket: Ticket) -> bytes:
    """Its bytes."""
    row = tx.one(tx.select(table, table.c.sealed_content).where(table.c.attachment_id == attachment.attachment_id))
    if row is None:
        raise Missing("附件已不存在，请刷新后查看")
    return keyring_of(tx.settings).open(row["sealed_content"], ticket.tenant_id, attachment.attachment_id, "sealed_content")


def page_of(tx: Tx, ticket_id: str, page: Page) -> tuple[list[Attachment], str]:
    """A ticket's attachments, oldest first, and the token of the next page."""
    rows, token = tx.page(tx.select(table, *_COLUMNS).where(table.c.ticket_id == ticket_id), (table.c.attachment_id,), page)
    return [Attachment(**row) for row in rows], token
