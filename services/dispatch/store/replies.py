"""What units answered."""

from __future__ import annotations

from sqlalchemy import RowMapping

from chassis.store import Tx
from services.dispatch.lifecycle import Verb
from services.dispatch.rules.order import Order
from services.dispatch.rules.replying import Answer
from services.dispatch.store.tables import replies

ANSWERS = (Verb.REPLY, Verb.REPLY_WITH_EXPLANATION)
"""What the hub reviews."""


def keep(owner: Tx, order: Order, verb: Verb, answer: Answer, unit_id: str = "") -> None:
    """Keep an answer, the first report of an urgent order, or an assisting unit's part; by the lead unless another unit is named."""
    owner.insert(
        replies,
        reply_id=owner.new_id(),
        order_id=order.order_id,
        round=order.present.number,
        verb=verb,
        unit_id=unit_id or order.unit_id,
        by_id=owner.by.id,
        at=owner.now,
        measures=answer.measures,
        result=answer.result,
        basis=answer.basis,
        answered_at=answer.answered_at,
        answered_by=answer.answered_by,
    )


def mark_sent_back(owner: Tx, order_id: str, reason: str) -> None:
    """Mark the reply that stood until now."""
    own = replies.c
    standing = (own.order_id == order_id) & own.sent_back_at.is_(None) & own.verb.in_(ANSWERS)
    newest = owner.one(owner.select(replies, own.reply_id).where(standing).order_by(own.at.desc(), own.reply_id.desc()).limit(1))
    if newest is not None:
        changed = owner.update(replies).where(own.reply_id == newest["reply_id"])
        owner.run(changed.values(sent_back_at=owner.now, sent_back_reason=reason))


def standing(owner: Tx, order: Order) -> str:
    """What came of it, in the words of the reply that stands; empty where there is none."""
    mine = owner.rows(replies, order_id=order.order_id, round=order.present.number, sent_back_at=None)
    newest = max((row for row in mine if row["verb"] in ANSWERS), key=lambda row: (row["at"], row["reply_id"]), default=None)
    return str(newest["result"] or newest["measures"]) if newest else ""


def of_order(owner: Tx, order_id: str) -> list[RowMapping]:
    """Every answer of an order, the oldest first."""
    return owner.all(owner.select(replies).where(replies.c.order_id == order_id).order_by(replies.c.at, replies.c.reply_id))
