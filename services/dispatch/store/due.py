"""What ticks look for across tenants; the cost grows with what is due.

Nothing marks a calendar as done: an order may be opened by the old one while the new one comes, and stands only afterwards.
"""

from __future__ import annotations

from sqlalchemy import func, select

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
    """Every tenant that was told a calendar, and the version of its newest."""
    own = calendars_table.c
    rows = tx.all(select(own.tenant_id, func.max(own.version).label("version")).group_by(own.tenant_id).order_by(own.tenant_id))
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
