"""What sla does: take in what dispatch told, and turn what fell due."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from functools import reduce

from chassis.caller import Caller
from chassis.store import Store, Tx
from services.sla import keeping, rows
from services.sla.rules.orders import Snapshot, take
from services.sla.rules.turning import next_at, turn

LOG = logging.getLogger(__name__)
# So many hold a SQLite store for less than a second.
BATCH = 250


def take_snapshots(tx: Tx, snapshots: Sequence[Snapshot]) -> None:
    """Take in orders as dispatch told them, in any order. Lights and urgings follow with the next tick."""
    of_orders: dict[str, list[Snapshot]] = {}
    for snapshot in snapshots:
        of_orders.setdefault(snapshot.order_id, []).append(snapshot)
    known = rows.load(tx, of_orders)
    # By id, so that two replicas never wait for one another.
    begun = (reduce(take, of_orders[order_id], None) for order_id in sorted(of_orders.keys() - known.keys()))
    rows.add(tx, [(order, next_at(order, tx.now)) for order in begun if order is not None])
    taken = ((before, reduce(take, of_orders[order_id], before)) for order_id, before in known.items())
    rows.save(tx, [rows.Change(before, after, next_at(after, tx.now)) for before, after in taken if after is not before])


def turn_lights(store: Store) -> int:
    """Turn every light and issue every urging that fell due, in the order of the law's instants; answers how many orders.

    Its cost grows with what is due. Replicas share the work; what a crash leaves undone is due still.
    """
    turned = 0
    while due := store.read_across(lambda tx: rows.due(tx, BATCH)):
        # A full batch ends at its last instant: what falls later on the same orders has its turn after the next batch.
        until = due[-1][0] if len(due) == BATCH else None
        taken = sum(_turn_tenant(store, tenant, orders, until) for tenant, orders in _by_tenant(due).items())
        turned += taken
        if not taken or len(due) < BATCH:
            break
    return turned


def turn_orders(tx: Tx, order_ids: Iterable[str], until: dt.datetime | None) -> int:
    """Turn what is due on these orders, but for those another replica has in hand; answers how many were taken."""
    claimed = rows.claim(tx, order_ids)
    outcomes = [turn(order, tx.now, until) for order in claimed.values()]
    pairs = zip(claimed.values(), outcomes, strict=True)
    rows.save(tx, [rows.Change(before, after.order, next_at(after.order, tx.now)) for before, after in pairs])
    keeping.keep(tx, outcomes)
    return len(claimed)


def _turn_tenant(store: Store, tenant: str, order_ids: list[str], until: dt.datetime | None) -> int:
    """All in one transaction; where that fails each order in its own, so that one cannot hold up the others."""
    by = Caller.timer(store.service, tenant)
    try:
        return store.write(by, lambda tx: turn_orders(tx, order_ids, until))
    except Exception:
        LOG.exception("a batch of lights failed, turning its %d orders one by one", len(order_ids))
    return sum(_turn_one(store, by, order_id, until) for order_id in order_ids)


def _turn_one(store: Store, by: Caller, order_id: str, until: dt.datetime | None) -> int:
    try:
        return store.write(by, lambda tx: turn_orders(tx, [order_id], until))
    except Exception:
        LOG.exception("the lights of order %s failed and stay due", order_id)
        return 0


def _by_tenant(due: Iterable[tuple[dt.datetime, str, str]]) -> dict[str, list[str]]:
    tenants: dict[str, list[str]] = {}
    for _, tenant, order_id in due:
        tenants.setdefault(tenant, []).append(order_id)
    return tenants
