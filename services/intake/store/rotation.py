"""Seals again, with the active key, what older keys sealed: in batches that several processes may share and any may break off."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table, func, select

from chassis.sealing import Unsealable
from chassis.store import Tx
from services.intake.keyring import Keyring
from services.intake.store.tables import attachments

BATCH = 200
LARGE_BATCH = 4  # of attachments, up to 10 MiB each


def outstanding(tx: Tx, table: Table, active: str) -> int:
    """How many rows other keys sealed."""
    return int(tx.connection.execute(select(func.count()).select_from(table).where(table.c.key_id != active)).scalar_one())


def reseal(tx: Tx, table: Table, keys: Keyring, after: str) -> tuple[int, str]:
    """Seal the next rows after an id again; answers how many it found, and the last id. Rows nobody can open stay as they are."""
    identity = identity_of(table)
    size = LARGE_BATCH if table is attachments else BATCH
    old = select(table).where(table.c.key_id != keys.active, identity > after).order_by(identity).limit(size)
    rows = tx.all(old.with_for_update(skip_locked=True))
    for row in rows:
        fresh = _resealed(keys, table, row)
        if fresh:
            tx.run(tx.update(table).where(identity == row[identity.name]).values(**fresh))
    return len(rows), str(rows[-1][identity.name]) if rows else ""


def identity_of(table: Table) -> Column[Any]:
    """The column that names a row."""
    (column,) = table.primary_key.columns
    return column


def _resealed(keys: Keyring, table: Table, row: Any) -> dict[str, Any]:
    fresh: dict[str, Any] = {"key_id": keys.active}
    for column in table.c:
        if not column.name.startswith("sealed_") or row[column.name] is None:
            continue
        place = (row["tenant_id"], row[identity_of(table).name], column.name)
        try:
            fresh[column.name] = keys.seal(keys.open(row[column.name], *place), *place)
        except Unsealable:
            return {}
    return fresh
