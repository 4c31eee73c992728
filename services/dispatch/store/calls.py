"""Calls: those that obtained nothing, and those that the hotline makes by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from chassis.store import Tx
from services.dispatch.rules.calling_back import Outcome
from services.dispatch.rules.order import Order
from services.dispatch.store.tables import attempts, placed_calls


@dataclass(frozen=True)
class Ended:
    """How a call ended. `outcome`: why it obtained nothing, unless ratings were given; None where nobody was called."""

    call_id: str
    outcome: Outcome | None
    answered: bool
    digits: str = ""
    recording: str = ""


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


def under_way(owner: Tx, order_id: str) -> bool:
    """Whether a call was asked for and is not over."""
    return owner.row(placed_calls, order_id=order_id, ended_at=None) is not None


def begin(owner: Tx, order: Order) -> str:
    """Keep that a call is asked for, by whom; answers its id."""
    call_id = owner.new_id()
    owner.insert(
        placed_calls, call_id=call_id, order_id=order.order_id, round=order.present.number, asked_at=owner.now,
        asked_by=owner.by.id, unit_id=owner.by.unit_id, ended_at=None, outcome="", recording="",
    )  # fmt: skip
    return call_id


def end(owner: Tx, ended: Ended) -> Mapping[Any, Any] | None:
    """A call is over; the call, or None where it was so before."""
    call = owner.row(placed_calls, call_id=ended.call_id, lock=True)
    if call is None or call["ended_at"] is not None:
        return None
    outcome = "answered" if ended.answered else ended.outcome or "failed"
    owner.change(placed_calls, {"call_id": ended.call_id}, {"ended_at": owner.now, "outcome": outcome, "recording": ended.recording})
    return call
