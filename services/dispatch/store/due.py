"""What ticks look for across tenants; the cost grows with what is due.

Nothing marks a calendar as done: an order may be opened by the old one while the new one comes, and stands only afterwards.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, func, select

from chassis.store import Tx
from services.dispatch.store.tables import orders
from services.dispatch.store.told import calendars as calendars_table

BATCH = 200


def requests(tx: Tx) -> list[tuple[str, str]]:
    """Orders whose open request is past its day and not with the supervisor yet, the oldest first."""
    return [(row["tenant_id"], row["order_id"]) for row in tx.kept("requests overdue", _overdue, now=tx.now)]


def _overdue() -> Select[Any]:
    own = orders.c
    overdue = (own.decide_by < bindparam("now", type_=own.decide_by.type)) & own.decide_by.is_not(None) & own.escalated_at.is_(None)
    return select(own.tenant_id, own.order_id).where(overdue).order_by(own.decide_by).limit(BATCH)


def behind(tx: Tx) -> list[tuple[str, str]]:
    """Open orders that were last counted by an older calendar than their tenant's newest: a probe of the index for each tenant."""
    newest = ((row["tenant_id"], row["version"]) for row in tx.kept("newest calendars", _newest))
    return [found for tenant_id, version in newest for found in behind_of(tx, tenant_id, version)]


def behind_of(tx: Tx, tenant_id: str, version: int) -> list[tuple[str, str]]:
    """Those of one tenant whose newest calendar has this version."""
    rows = tx.kept("orders behind", _older, tenant_id=tenant_id, version=version)
    return [(row["tenant_id"], row["order_id"]) for row in rows]


def _newest() -> Select[Any]:
    """Every tenant that was told a calendar, and the version of its newest."""
    own = calendars_table.c
    return select(own.tenant_id, func.max(own.version).label("version")).group_by(own.tenant_id).order_by(own.tenant_id)


def _older() -> Select[Any]:
    own = orders.c
    tenant_id, version = bindparam("tenant_id", type_=own.tenant_id.type), bindparam("version", type_=own.calendar_version.type)
    older = (own.tenant_id == tenant_id) & (own.calendar_version < version) & own.closed_at.is_(None)
    return select(own.tenant_id, own.order_id).where(older).order_by(own.calendar_version).limit(BATCH)


def mark_counted(tx: Tx, order_id: str, version: int) -> None:
    """The order was counted by this version of the calendar."""
    tx.run(tx.update(orders).where(orders.c.order_id == order_id).values(calendar_version=version))
