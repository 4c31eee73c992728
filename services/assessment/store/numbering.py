"""Numbers that people speak of: of bursts (预警) and topics (专题), counted from 1 each year."""

from __future__ import annotations

from typing import Any

from chassis.store import Tx
from regulation.instants import to_local
from services.assessment.store.calls import numbers

BURST, TOPIC = "YJ", "ZT"


def next_number(tx: Tx, series: str) -> str:
    """The next of the tenant's in this local year; whoever else wants one waits until this transaction ends."""
    year = to_local(tx.now).year
    key: dict[str, Any] = {"tenant_id": tx.by.tenant_id, "series": series, "year": year}
    tx.insert_new(numbers, ("tenant_id", "series", "year"), {**key, "count": 0})
    row = tx.row(numbers, lock=True, **key)
    count = (row["count"] if row else 0) + 1
    tx.change(numbers, key, {"count": count})
    return f"{series}{year}{count:04}"
