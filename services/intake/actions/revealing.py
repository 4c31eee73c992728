"""Who called and what was said word for word: asked for with a reason, and journalled (Art. 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.store import Tx
from services.intake.actions.reading import readable, reader_of
from services.intake.actions.registering import masker_of
from services.intake.actions.telling import record
from services.intake.lifecycle import SECRECY
from services.intake.rules.masking import Caller
from services.intake.rules.reading import Reading, is_party
from services.intake.store import callers, supplements
from services.intake.store import tickets as rows
from services.intake.store.callers import Original
from services.intake.store.supplements import Supplement


def reveal_caller(tx: Tx, ticket_id: str, reason: str) -> Caller:
    """Who called."""
    ticket, _ = readable(tx, ticket_id, Reading.WHOLE)
    caller, _ = callers.open_caller(tx, ticket)
    record(tx, ticket, "reveal_caller", SECRECY.code, reason=masker_of(tx, ticket).mask(reason))
    return caller


def reveal_text(tx: Tx, ticket_id: str, reason: str) -> tuple[Original, list[Supplement]]:
    """What was said, and added later, word for word."""
    ticket, _ = readable(tx, ticket_id, Reading.WHOLE)
    record(tx, ticket, "reveal_text", SECRECY.code, reason=masker_of(tx, ticket).mask(reason))
    return callers.open_original(tx, ticket), supplements.open_all(tx, ticket)


def about_others(tx: Tx, steps: Sequence[Mapping[Any, Any]]) -> Sequence[Mapping[Any, Any]]:
    """Steps of the journal without those of tickets that are about whoever reads them (Art. 17)."""
    reader = reader_of(tx)
    seen = rows.read_among(tx, {step["subject"] for step in steps})
    own = {ticket.ticket_id for ticket in seen if is_party(reader, ticket.parties, ticket.tenant_id)}
    return [step for step in steps if step["subject"] not in own]
