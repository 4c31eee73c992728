"""What happens because an instant came: undecided requests go up, and a revised calendar re-dates what is open."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Protocol

from chassis.caller import Caller
from chassis.store import Store, Tx
from regulation.articles import NotAllowed
from services.dispatch.actions.changing import Seen, change, judged
from services.dispatch.lifecycle import Verb
from services.dispatch.rules.act import Act
from services.dispatch.rules.escalating import due_to_escalate, escalate
from services.dispatch.rules.order import Order
from services.dispatch.rules.redating import Outer, moved, redate
from services.dispatch.store import copies, due, orders

LOG = logging.getLogger(__name__)


class ForOrder(Protocol):
    """What a tick does with one order."""

    def __call__(self, tx: Tx, order_id: str) -> None:
        """Do it, in its own transaction."""


def escalate_requests(store: Store) -> int:
    """11(4): requests left undecided for a working day go up to the supervisor; answers how many were due."""
    return _each(store, store.read_across(due.requests), escalate_order)


def redate_orders(store: Store) -> int:
    """Time: count again what is open and was last counted by an older calendar; answers how many orders were behind."""
    return _each(store, store.read_across(due.behind), redate_order)


def escalate_order(tx: Tx, order_id: str) -> None:
    """One order whose request may be due; decided meanwhile, nothing happens."""
    order = orders.whole(tx, orders.claim(tx, order_id))
    if due_to_escalate(order, tx.now):
        change(tx, Verb.ESCALATE, Seen(order_id), lambda order, act, _owner: escalate(order, act))


def redate_order(tx: Tx, order_id: str) -> None:
    """One open order by its tenant's newest calendar; a verb only where a date moved."""
    version = copies.standing(tx).calendar_version
    before = orders.whole(tx, orders.claim(tx, order_id))
    try:
        after = judged(tx, Verb.REDATE, before, _redate)
        if moved(before, after):
            change(tx, Verb.REDATE, Seen(order_id), _redate)
        else:
            orders.save(tx, before, after)
    except NotAllowed as refused:
        LOG.warning("order %s keeps its dates: %s", order_id, refused)
    due.mark_counted(tx, order_id, version)


def _redate(order: Order, act: Act, _owner: Tx) -> Order:
    return redate(order, act.law, Outer(act.outer_date, act.outer_date) if act.outer_date else None)


def _each(store: Store, found: Iterable[tuple[str, str]], act: ForOrder) -> int:
    """Each in a transaction of its own, so that one that fails holds up no other."""
    count = 0
    for tenant_id, order_id in found:
        count += 1
        try:
            store.write(Caller.timer(store.service, tenant_id), partial(act, order_id=order_id))
        except Exception:
            LOG.exception("order %s stays due", order_id)
    return count
