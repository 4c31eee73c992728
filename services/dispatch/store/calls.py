"""Calls that obtained nothing."""

from __future__ import annotations

from sqlalchemy import RowMapping

from chassis.store import Tx
from services.dispatch.rules.calling_back import Outcome
from services.dispatch.rules.order import Order
from services.dispatch.store.tables import attempts


def keep_attempt(owner: Tx, order: Order, outcome: Outcome | None, note: str) -> None:
    """Keep a call that obtained nothing; `order` already counts it."""
    owner.insert(
        attempts,
        order_id=order.order_id,
        round=order.present.number,
        number=order.present.call_back.attempts,
        at=owner.now,
        by_id=owner.by.id,
        outcome=outcome,
        note=note,
    )


def of_order(owner: Tx, order_id: str) -> list[RowMapping]:
    """Every attempt of an order, in order."""
    return owner.all(owner.select(attempts).where(attempts.c.order_id == order_id).order_by(attempts.c.round, attempts.c.number))
