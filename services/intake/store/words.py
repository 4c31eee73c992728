"""By which words tickets are found: keyed hashes of their pairs of characters, noise without the key (decision 0014)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from chassis.store import Tx, next_token
from chassis.store.paging import Page, size_of
from services.intake.keyring import Keyring
from services.intake.rules.ticket import Ticket
from services.intake.rules.words import SEARCHED, month_of, months_back, pairs_of
from services.intake.store.tables import ticket_words, tickets
from services.intake.store.tickets import Filter, conditions, read

Row = Mapping[Any, Any]
KEYS = ("tenant_id", "ticket_id")
BATCH = 200
# No transaction takes longer to commit a ticket whose id it has made.
LATEST = timedelta(minutes=2)
NEWEST_FIRST = (ticket_words.c.received_at.desc(), ticket_words.c.ticket_id.desc())
MILLISECOND = timedelta(milliseconds=1)


def keep(tx: Tx, keys: Keyring, ticket: Ticket) -> None:
    """Let a ticket be found by its title and text as they are now."""
    tx.put(ticket_words, KEYS, _row(keys, vars(ticket)))


def newest_kept(tx: Tx) -> str:
    """Behind which ids the caller's tenant's tickets are looked for that are not found by their words yet."""
    mine = ticket_words.c.tenant_id == tx.by.tenant_id
    return _made_before(tx.connection.execute(select(func.max(ticket_words.c.ticket_id)).where(mine)).scalar())


def unkept(tx: Tx, after: str) -> tuple[Sequence[Row], str | None]:
    """Of the caller's tenant's next tickets behind this id those that are not found by their words yet, and the id to go on from.

    Two ranges of keys, since a question that leaves out what is kept sorts all that came lately to answer with the first of it.
    """
    own = tickets.c
    mine = (own.tenant_id == tx.by.tenant_id) & (own.ticket_id > after)
    columns = (own.ticket_id, own.tenant_id, own.received_at)
    seen = tx.all(tx.select(tickets, *columns).where(mine).order_by(own.ticket_id).limit(BATCH))
    if not seen:
        return [], None
    last = seen[-1]["ticket_id"]
    wanted = {row["ticket_id"] for row in seen if row["received_at"] >= tx.now - SEARCHED}
    return tx.rows_among(tickets, "ticket_id", wanted - _kept(tx, after, last)), last


def _kept(tx: Tx, after: str, last: str) -> set[str]:
    own = ticket_words.c
    mine = select(own.ticket_id).where(own.tenant_id == tx.by.tenant_id, own.ticket_id > after, own.ticket_id <= last)
    return set(tx.connection.execute(mine).scalars())


def keep_new(tx: Tx, keys: Keyring, found: Sequence[Row]) -> None:
    """Let them be found; what was amended meanwhile is so already, by its words of now."""
    tx.insert_missing(ticket_words, KEYS, [_row(keys, row) for row in found])


def forget(tx: Tx) -> int:
    """Drop the words of the caller's tenant's next tickets that are too old to be searched; answers how many."""
    own = ticket_words.c
    old = select(own.ticket_id).where(own.tenant_id == tx.by.tenant_id, own.received_at < tx.now - SEARCHED).limit(BATCH)
    return tx.run(tx.delete(ticket_words).where(own.tenant_id == tx.by.tenant_id, own.ticket_id.in_(old)))


def page_of(tx: Tx, keys: Keyring, words: Sequence[str], chosen: Filter, page: Page) -> tuple[list[Ticket], str]:
    """Tickets with the pairs of these words, newest first, whole; and the token of the next page. Raises Invalid.

    A month at a time: one that fills the page spares the months before it.
    """
    since = tx.now - SEARCHED
    pairs = sorted(pairs_of(*words))
    rows: list[Any] = []
    until = tx.now
    for month in months_back(tx.now, since):
        left = size_of(page) - len(rows)
        if not left:
            return [read(row) for row in rows], next_token(rows[-1], NEWEST_FIRST)
        found, token = tx.page(
            _having(tx, keys.tokens(month_of(month), pairs), chosen, max(month, since), until), NEWEST_FIRST, _Part(left, page.token)
        )
        rows, until = rows + found, month
        if token:
            return [read(row) for row in rows], token
    return [read(row) for row in rows], ""


@dataclass
class _Part:
    """What a page still lacks."""

    size: int
    token: str


def _having(tx: Tx, tokens: Sequence[int], chosen: Filter, since: datetime, until: datetime) -> Select[Any]:
    own = ticket_words.c
    columns = [column for column in tickets.c if column.name not in ("received_at", "ticket_id")]
    found = tx.select(tickets, own.received_at, own.ticket_id, *columns).join(ticket_words, own.ticket_id == tickets.c.ticket_id)
    return found.where(_has_all(tx, tokens), own.received_at >= since, own.received_at <= until, *conditions(tx, chosen))


def _has_all(tx: Tx, tokens: Sequence[int]) -> ColumnElement[bool]:
    column = ticket_words.c.tokens
    if tx.store.is_sqlite:
        return and_(*(func.instr(column, f" {token} ") > 0 for token in tokens))
    return column.bool_op("@>")(list(tokens))


def _made_before(ticket_id: str | None) -> str:
    """Behind which ids what is not kept yet is looked for: they rise with time (RFC 9562, version 7)."""
    if not ticket_id:
        return ""
    at = int(ticket_id.replace("-", "")[:12], 16) - LATEST // MILLISECOND
    return f"{at >> 16:08x}-{at & 0xFFFF:04x}"


def _row(keys: Keyring, ticket: Row) -> dict[str, Any]:
    tokens = keys.tokens(month_of(ticket["received_at"]), sorted(pairs_of(ticket["title"], ticket["text"])))
    return {**{name: ticket[name] for name in (*KEYS, "received_at")}, "tokens": tokens}
