"""Facts from what was told: orders, recurrences, upkeep of knowledge entries (Art. 10, 15, 20). No caller is in any of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from chassis.store import Tx
from services.assessment.actions import tallying
from services.assessment.rules.rates import Fact, definition, facts_of
from services.assessment.rules.rounds import rounds_of
from services.assessment.rules.told import Mark, Order, Told, take_all
from services.assessment.rules.upkeep import Upkeep, upkeep_facts
from services.assessment.store import orders, upkeeping
from services.assessment.store.facts import Subject, replace_facts

Ratings = Mapping[str, tuple[Mark, ...]]


def take_orders(tx: Tx, events: Sequence[Told]) -> None:
    """Take orders in as dispatch told them, in any order; facts and sums follow at once."""
    of_orders: dict[str, list[Told]] = {}
    for told in events:
        of_orders.setdefault(told.order_id, []).append(told)
    known = orders.load(tx, of_orders)
    # By id, so that two processes never wait for one another.
    taken = [order for order_id in sorted(of_orders) if (order := take_all(known.get(order_id), of_orders[order_id])) is not None]
    fresh = _recurred(tx, [order for order in taken if order.order_id not in known])
    changed = [order for order in taken if order.order_id in known and order != known[order.order_id]]
    orders.add(tx, fresh)
    orders.save(tx, changed)
    _count(tx, [*fresh, *changed])
    tallying.lead_calls(tx, taken)


def ticket_recurred(tx: Tx, ticket_id: str, of_ticket_id: str, at: dt.datetime) -> None:
    """15(2): a concluded ticket's matter was called in again; its orders, inner ones too, bear it from now on."""
    if orders.recur(tx, ticket_id, of_ticket_id, at):
        outer = _mark_recurred(tx, orders.of_tickets(tx, [of_ticket_id]).values())
        for order in outer:
            if order.about.handling_tenant_id:
                with tx.acting_for(order.about.handling_tenant_id) as district:
                    _mark_recurred(district, orders.inner_of(district, [order.order_id]).values())


def upkeep_told(tx: Tx, told: Upkeep) -> None:
    """15(5): an upkeep was asked for, missed or done, each told by itself."""
    kept = upkeeping.keep(tx, told)
    subject = Subject(kept.upkeep_id, tx.by.tenant_id, "", "")
    replace_facts(tx, [subject], {kept.upkeep_id: upkeep_facts(kept, definition())})


def count_orders(tx: Tx, found: Sequence[Order]) -> dict[str, list[Fact]]:
    """The facts of these orders by the definition in force, kept by nobody yet."""
    ratings = _outer_ratings(tx, found)
    return {order.order_id: _facts(order, ratings.get(order.about.outer_order_id, ())) for order in found}


def subject_of(order: Order) -> Subject:
    """What the facts of an order are about."""
    return Subject(order.order_id, order.about.tenant_id, order.about.number, order.about.category)


def _count(tx: Tx, changed: Sequence[Order]) -> None:
    replace_facts(tx, [subject_of(order) for order in changed], count_orders(tx, changed))
    for order in changed:
        # What a call-back obtained is the inner order's too (7(2)): there it is a district's own unit's.
        if order.about.handling_tenant_id and order.ratings:
            with tx.acting_for(order.about.handling_tenant_id) as district:
                inner = list(orders.inner_of(district, [order.order_id]).values())
                found = {each.order_id: _facts(each, order.ratings) for each in inner}
                replace_facts(district, [subject_of(each) for each in inner], found)


def _facts(order: Order, outer_ratings: tuple[Mark, ...]) -> list[Fact]:
    told = definition()
    return list(facts_of(order.order_id, rounds_of(order, told.terms, outer_ratings), told))


def _recurred(tx: Tx, fresh: Sequence[Order]) -> list[Order]:
    """Whether orders heard of for the first time came back, which may have been told before."""
    outer = orders.seen(tx, [order.about.outer_order_id for order in fresh if order.about.outer_order_id])
    back = orders.recurred(tx, {order.about.ticket_id for order in fresh})
    inner_back = {order_id for order_id, order in outer.items() if order.recurred}
    return [
        replace(order, recurred=order.about.ticket_id in back or order.about.outer_order_id in inner_back) for order in fresh
    ]  # fmt: skip


def _mark_recurred(tx: Tx, found: Iterable[Order]) -> list[Order]:
    marked = [replace(order, recurred=True) for order in found if not order.recurred]
    orders.save(tx, marked)
    _count(tx, marked)
    return marked


def _outer_ratings(tx: Tx, found: Sequence[Order]) -> Ratings:
    wanted = {order.about.outer_order_id for order in found if order.about.outer_order_id}
    return {order_id: order.ratings for order_id, order in orders.seen(tx, wanted).items()} if wanted else {}
