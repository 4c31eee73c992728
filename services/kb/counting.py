"""What kb counts of the upkeep of its entries (8(3), 15(5))."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from chassis.caller import Caller
from chassis.counting import TENANT, Level, Tally, counted, know
from chassis.store import Store, Tx
from services.kb.store.tables import tenants, upkeep

LATE = ("no", "yes")
MISSED = Tally("hotline_upkeep_missed", "Upkeep of entries whose term went by (15(5))", TENANT)
WAITING = Level("hotline_upkeep_open", "Upkeep of entries that is not done; late: its term went by (15(5))", TENANT, late=LATE)


def count_missed(tx: Tx, tenant_id: str) -> None:
    """A term went by."""
    MISSED.add(tx, (tenant_id,))


def measure(store: Store) -> None:
    """Count what is not done, across tenants."""
    found = store.read(Caller.timer(store.service, ""), lambda tx: tx.all(select(tenants.c.tenant_id)))
    know((row["tenant_id"], "") for row in found)
    WAITING.put(counted(store.read_across(lambda tx: tx.kept("upkeep open", _undone, now=tx.now)), "tenant_id", "late"))


def _undone() -> Select[Any]:
    own = upkeep.c
    late = case((own.due_at < bindparam("now", type_=own.due_at.type), LATE[True]), else_=LATE[False]).label("late")
    return select(own.tenant_id, late, func.count().label("n")).where(own.done_at.is_(None)).group_by(own.tenant_id, late)
