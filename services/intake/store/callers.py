"""Who called and what they said word for word: sealed rows beside the tickets, found by the keyed hash of the number."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, case

from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.keyring import Keyring, keyring_of
from services.intake.lifecycle import State
from services.intake.rules.masking import Caller
from services.intake.rules.ticket import Ticket
from services.intake.store.tables import callers, tickets
from services.intake.store.tickets import read

Row = Mapping[Any, Any]
FIELDS = tuple(Caller.__dataclass_fields__)
WORDS = "mask_words"
ORIGINALS = ("title", "text", "place_address")
MOST_SUGGESTED = 10
FOUND_ORDER = (callers.c.received_at.desc(), callers.c.ticket_id.desc())


@dataclass(frozen=True)
class Original:
    """What was said, word for word."""

    title: str = ""
    text: str = ""
    place_address: str = ""


@dataclass(frozen=True)
class Confidence:
    """What only intake knows of a ticket."""

    caller: Caller = field(default_factory=Caller)
    mask_words: tuple[str, ...] = ()
    original: Original = field(default_factory=Original)
    phone_hash: bytes | None = None
    language: str = ""


def insert(tx: Tx, ticket: Ticket, confidence: Confidence) -> None:
    """Seal what a new ticket keeps to itself."""
    keys = keyring_of(tx.settings)
    plain = {
        **vars(confidence.caller),
        WORDS: json.dumps(confidence.mask_words, ensure_ascii=False) if confidence.mask_words else "",
        **vars(confidence.original),
    }
    tx.insert(
        callers,
        ticket_id=ticket.ticket_id,
        tenant_id=ticket.tenant_id,
        received_at=ticket.received_at,
        phone_hash=confidence.phone_hash,
        language=confidence.language,
        key_id=keys.active,
        **{f"sealed_{name}": _sealed(keys, ticket, name, value) for name, value in plain.items()},
    )


def add_words(tx: Tx, ticket: Ticket, words: Sequence[str]) -> None:
    """Seal a ticket's words to mask anew. A row with seals of two keys bears neither's name, so that a rotation finds it."""
    keys = keyring_of(tx.settings)
    sealed = _sealed(keys, ticket, WORDS, json.dumps(list(words), ensure_ascii=False))
    key_id = case((callers.c.key_id == keys.active, keys.active), else_="")
    tx.run(tx.update(callers).where(callers.c.ticket_id == ticket.ticket_id).values(sealed_mask_words=sealed, key_id=key_id))


def open_caller(tx: Tx, ticket: Ticket) -> tuple[Caller, tuple[str, ...]]:
    """Who called, and the words an operator marked; nobody where the row is gone or not to be seen."""
    row = tx.row(callers, ticket_id=ticket.ticket_id)
    if row is None:
        return Caller(), ()
    keys = keyring_of(tx.settings)
    words = _opened(keys, ticket, WORDS, row)
    return Caller(**{name: _opened(keys, ticket, name, row) for name in FIELDS}), tuple(json.loads(words)) if words else ()


def ask_ahead(tx: Tx, ticket_id: str) -> None:
    """Who called will be opened: it comes with what is asked next."""
    tx.ahead.row(callers, ticket_id=ticket_id)


def contact_of(tx: Tx, ticket: Ticket) -> tuple[str, str]:
    """The number a ticket's caller left, and the language it wants to be written to in; empty: Chinese."""
    row = tx.row(callers, ticket_id=ticket.ticket_id)
    return (_opened(keyring_of(tx.settings), ticket, "phone", row), str(row["language"])) if row else ("", "")


def open_original(tx: Tx, ticket: Ticket) -> Original:
    """What was said, word for word."""
    row = tx.row(callers, ticket_id=ticket.ticket_id)
    keys = keyring_of(tx.settings)
    return Original(**{name: _opened(keys, ticket, name, row) for name in ORIGINALS}) if row else Original()


def same_caller(tx: Tx, one: Ticket, other: Ticket) -> bool:
    """Whether both came from one number; unknown numbers are nobody's."""
    wanted = callers.c.ticket_id.in_((one.ticket_id, other.ticket_id))
    hashes = [row["phone_hash"] for row in tx.all(tx.select(callers, callers.c.phone_hash).where(wanted))]
    return len(hashes) == 2 and hashes[0] is not None and hashes[0] == hashes[1]  # noqa: PLR2004 - the two asked for


def concluded_of(tx: Tx, phone_hash: bytes) -> list[Ticket]:
    """The same caller's tickets that have ended with an answer or with their order, newest first, at most ten."""
    # Most call for the first time.
    if not tx.rows(callers, limit=1, tenant_id=tx.by.tenant_id, phone_hash=phone_hash):
        return []
    ended = tickets.c.state.in_((State.ANSWERED, State.CLOSED))
    statement = _of_number(tx, phone_hash).where(ended).order_by(*FOUND_ORDER).limit(MOST_SUGGESTED)
    return [read(row) for row in tx.all(statement)]


def page_of(tx: Tx, phone_hash: bytes, page: Page) -> tuple[list[Ticket], str]:
    """The tickets of a number, newest first, and the token of the next page."""
    rows, token = tx.page(_of_number(tx, phone_hash), FOUND_ORDER, page)
    return [read(row) for row in rows], token


def _of_number(tx: Tx, phone_hash: bytes) -> Select[Any]:
    columns = [column for column in tickets.c if column.name not in ("text", "received_at", "ticket_id")]
    mine = (callers.c.tenant_id == tx.by.tenant_id) & (callers.c.phone_hash == phone_hash)
    found = tx.select(callers, callers.c.received_at, callers.c.ticket_id, *columns)
    return found.join(tickets, tickets.c.ticket_id == callers.c.ticket_id).where(mine)


def _sealed(keys: Keyring, ticket: Ticket, name: str, value: str) -> bytes | None:
    return keys.seal(value.encode(), ticket.tenant_id, ticket.ticket_id, f"sealed_{name}") if value else None


def _opened(keys: Keyring, ticket: Ticket, name: str, row: Row) -> str:
    sealed = row[f"sealed_{name}"]
    return keys.open(sealed, ticket.tenant_id, ticket.ticket_id, f"sealed_{name}").decode() if sealed else ""
