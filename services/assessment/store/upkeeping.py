"""Upkeep of knowledge entries, as kb told it."""

from __future__ import annotations

from chassis.store import Tx
from services.assessment.rules.upkeep import Upkeep, take_upkeep
from services.assessment.store.tables import upkeep


def keep(tx: Tx, told: Upkeep) -> Upkeep:
    """Keep what was told of it; answers all that is known."""
    row = tx.row(upkeep, upkeep_id=told.upkeep_id, lock=True)
    known = Upkeep(row["upkeep_id"], row["unit_id"], row["due_at"], row["done_at"]) if row else None
    kept = take_upkeep(known, told)
    if known is None:
        tx.insert(upkeep, upkeep_id=kept.upkeep_id, unit_id=kept.unit_id, due_at=kept.due_at, done_at=kept.done_at)
    elif kept != known:
        tx.change(upkeep, {"upkeep_id": kept.upkeep_id}, {"due_at": kept.due_at, "done_at": kept.done_at})
    return kept


def all_of(tx: Tx) -> list[Upkeep]:
    """All that is known of the tenant's."""
    rows = tx.all(tx.select(upkeep).where(upkeep.c.tenant_id == tx.by.tenant_id).order_by(upkeep.c.upkeep_id))
    return [Upkeep(row["upkeep_id"], row["unit_id"], row["due_at"], row["done_at"]) for row in rows]
