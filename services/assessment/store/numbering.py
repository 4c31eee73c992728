"""Numbers that people speak of: of bursts (预警) and topics (专题), counted from 1 each year."""

from __future__ import annotations

from typing import Any

from chassis.store import Tx
from regulation.instants import to_local
from services.assessment.store.calls import numbers

BURST, TOPIC = "YJ", "ZT"


def next_number(tx: Tx, series: str) -> str:
    """The next of the tenant's in this local year; whoever else wants one waits until this transaction ends."""
    count = hold(tx, series) + 1
    tx.change(numbers, _key(tx, series), {"count": count})
    return f"{series}{to_local(tx.now).year}{count:04}"


def hold(tx: Tx, series: str) -> int:
    """How many of the series there are; whoever else asks waits until this transaction ends."""
    key = _key(tx, series)
    tx.insert_missing(numbers, ("tenant_id", "series", "year"), [{**key, "count": 0}])
    row = tx.row(numbers, lock=True, **key)
    return int(row["count"]) if row else 0


def _key(tx: Tx, series: str) -> dict[str, Any]:
    return {"tenant_id": tx.by.tenant_id, "series": series, "year": to_local(tx.now).year}
