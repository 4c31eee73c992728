"""What became of orders of a category: the newest few hundred, by an index."""

from __future__ import annotations

from collections import Counter

from chassis.store import Tx
from services.dispatch.rules.order import Closing
from services.dispatch.rules.requests import Decision
from services.dispatch.rules.suggesting import Precedents
from services.dispatch.store.tables import orders, returns

MOST_CLOSED = 500
MOST_RETURNED = 200
_HANDLED = (Closing.SATISFIED, Closing.DISSATISFIED_LAWFUL, Closing.UNREACHABLE)


def of_category(tx: Tx, category: str, order_id: str) -> Precedents:
    """Of the caller's own tenant; `order_id` is the order that is asked about."""
    own = orders.c
    same = (own.tenant_id == tx.by.tenant_id) & (own.category == category)
    closed = tx.select(orders, own.unit_id).where(same, own.closed_at.is_not(None), own.closing.in_(_HANDLED))
    handled = tx.all(closed.order_by(own.closed_at.desc()).limit(MOST_CLOSED))
    joined = tx.select(orders, own.order_id, returns.c.unit_id, returns.c.suggested_unit_id).join(
        returns, returns.c.order_id == own.order_id
    )
    granted = joined.where(same, own.returns > 0, returns.c.decision == Decision.GRANTED)
    returned = tx.all(granted.order_by(own.formed_at.desc()).limit(MOST_RETURNED))
    return Precedents(
        closed=Counter(row["unit_id"] for row in handled),
        returned=Counter(row["unit_id"] for row in returned),
        advised=Counter(row["suggested_unit_id"] for row in returned if row["suggested_unit_id"]),
        returned_this=frozenset(row["unit_id"] for row in returned if row["order_id"] == order_id),
    )
