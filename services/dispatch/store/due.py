"""What ticks look for across tenants; the cost grows with what is due."""

from __future__ import annotations

from sqlalchemy import select, update

from chassis.store import Tx
from services.dispatch.store.tables import orders
from services.dispatch.store.told import calendars as calendars_table

BATCH = 200


def requests(tx: Tx) -> list[tuple[str, str]]:
    """Orders whose open request is past its day and not with the supervisor yet, the oldest first."""
    own = orders.c
    overdue = (own.decide_by < tx.now) & own.decide_by.is_not(None) & own.escalated_at.is_(None)
    rows = tx.all(select(own.tenant_id, own.order_id).where(overdue).order_by(own.decide_by).limit(BATCH))
    return [(row["tenant_id"], row["order_id"]) for row in rows]


def calendars(tx: Tx) -> list[tuple[str, int]]:
    """Tenants with a calendar that open orders were not all counted by, and its version."""
    own = calendars_table.c
    rows = tx.all(select(own.tenant_id, own.version).where(~own.applied).order_by(own.tenant_id, own.version).limit(BATCH))
    return [(row["tenant_id"], row["version"]) for row in rows]


def behind(tx: Tx, tenant_id: str, version: int) -> list[tuple[str, str]]:
    """Open orders of a tenant that were last counted by an older calendar."""
    own = orders.c
    older = (own.tenant_id == tenant_id) & (own.calendar_version < version) & own.closed_at.is_(None)
    rows = tx.all(select(own.tenant_id, own.order_id).where(older).order_by(own.calendar_version).limit(BATCH))
    return [(row["tenant_id"], row["order_id"]) for row in rows]


def mark_counted(tx: Tx, order_id: str, version: int) -> None:
    """The order was counted by this version of the calendar."""
    tx.run(tx.update(orders).where(orders.c.order_id == order_id).values(calendar_version=version))


def mark_applied(tx: Tx, version: int) -> None:
    """Every open order of the transaction's tenant was counted by this version."""
    own = calendars_table.c
    tx.run(update(calendars_table).where(own.tenant_id == tx.by.tenant_id, own.version == version).values(applied=True))
