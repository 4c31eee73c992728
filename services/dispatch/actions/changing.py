"""The one way in which an order changes: claimed, judged by its rule, saved, journalled and told, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from chassis import journal
from chassis.errors import Stale
from chassis.store import Tx
from regulation.articles import Article, NotAllowed
from regulation.calendar import NoCalendar
from regulation.instants import to_local
from services.dispatch.actions.telling import late, tell
from services.dispatch.lifecycle import OPEN, Verb
from services.dispatch.rules import acting
from services.dispatch.rules.act import Act
from services.dispatch.rules.assisting import keep_up
from services.dispatch.rules.handing_on import FOLLOWED, follow, inner_may
from services.dispatch.rules.order import Order
from services.dispatch.store import coordinations, copies, orders
from services.dispatch.words import step_term

Rule = Callable[[Order, Act, Tx], Order]
NEEDS_OUTER = frozenset({
    Verb.DISPATCH, Verb.GRANT_EXTENSION, Verb.GRANT_PROGRESS_REPORT, Verb.SEND_BACK_REPLY, Verb.REDATE,
})  # fmt: skip
"""Verbs that give an inner order a date, which is never later than the outer one's."""
MOST_CHANGES_TOLD = 5
# Who took a step, where it was no unit, or one that the reader's tenant does not know.
BY_ITSELF, ANOTHER = "系统", "其他单位"


@dataclass(frozen=True, slots=True)
class Seen:
    """The order a verb is meant for, at the version its caller saw; 0: whichever it is at."""

    order_id: str
    version: int = 0


def change(tx: Tx, verb: Verb, seen: Seen, rule: Rule, **detail: Any) -> Order:
    """Do a verb. `rule` gets the order, the act, and the transaction as the order's owner for what it keeps beside it.

    Raises Missing, Stale, Denied, Invalid and NotAllowed, and then nothing was done.
    """
    orders.ask_ahead(tx, seen.order_id)
    if acting.asks_for_hub(verb, None):
        copies.ask_unit_ahead(tx, tx.by.unit_id)
    row = orders.claim(tx, seen.order_id)
    at_hub = acting.asks_for_hub(verb, row["handling_tenant_id"]) and copies.at_hub(tx)
    with orders.owner_of(tx, row) as owner:
        journal.ask_ahead(owner, row["ticket_id"])
        before = orders.whole(owner, row)
        _fresh(owner, before, seen)
        acting.may_act(before, verb, tx.by, at_hub=at_hub)
        inner_may(before, verb)
        after = judged(owner, verb, before, rule)
        if acting.side_of(verb) in (acting.Side.UNIT, acting.Side.ASSISTING):
            after = replace(after, handlers=after.handlers | {tx.by.id})
        followers = _followers(owner, verb, before, after)
        after = record(owner, verb, before, after, detail)
        for inner, moved, by_verb in followers:
            with owner.acting_for(inner.tenant_id) as district:
                record(district, by_verb, inner, moved, {"outer": before.order_id})
    return after


def judged(owner: Tx, verb: Verb, before: Order, rule: Rule) -> Order:
    """The order as a rule makes it, saved by nobody yet."""
    outer = _outer(owner, before) if before.inner and verb in NEEDS_OUTER else None
    with in_calendar(verb.article):
        act = Act(owner.by, owner.now, cache(partial(copies.law_of, owner, before)), owner.new_id(), outer)
        return keep_up(before, rule(before, act, owner), act)


def record(owner: Tx, verb: Verb, before: Order, after: Order, detail: dict[str, Any]) -> Order:
    """Save what a verb did, append it to the journal and tell it."""
    after = replace(after, version=before.version + 1)
    orders.save(owner, before, after)
    if before.coordinate_since is not None and after.state not in OPEN:
        coordinations.lapse(owner, after.order_id)
    note(owner, verb, verb.article, after, {**detail, **_consequences(before, after)})
    tell(owner, verb, verb.article, before, after)
    return after


def _consequences(before: Order, after: Order) -> dict[str, Any]:
    """What a verb did to the date in force, and whether it made one missed."""
    due, was = orders.due_clock(after).deadline.deadline_at, orders.due_clock(before).deadline.deadline_at
    moved = {"due_at": due.isoformat()} if due != was else {}
    return {**moved, "late": True} if late(before, after) else moved


def note(owner: Tx, verb: str, article: Article, order: Order, detail: dict[str, Any]) -> None:
    """Append a step to the ticket's journal."""
    told = {name: value for name, value in detail.items() if value not in (None, "")}
    facts = {"order": order.order_id, "version": order.version, "round": len(order.rounds), "state": order.state, **told}
    journal.append(
        owner, order.ticket_id, verb, article.code, facts,
        tenant_id=order.tenant_id, handling_tenant_id=order.handling_tenant_id or None,
    )  # fmt: skip


@contextmanager
def in_calendar(article: Article) -> Iterator[None]:
    """A date of a year without a calendar is refused, never guessed."""
    try:
        yield
    except NoCalendar as error:
        raise NotAllowed(article, str(error)) from None


def _outer(owner: Tx, inner: Order) -> Order:
    with owner.acting_for(inner.outer_tenant_id) as city:
        return orders.load(city, inner.outer_order_id)


def _followers(owner: Tx, verb: Verb, before: Order, after: Order) -> list[tuple[Order, Order, Verb]]:
    """What the open inner order does with it; claimed before anything is journalled, so that locks come in one order."""
    if not before.handling_tenant_id or verb not in FOLLOWED:
        return []
    with owner.acting_for(before.handling_tenant_id) as district:
        inner = orders.open_inner(district, before.order_id, lock=True)
        if inner is None:
            return []
        act = Act(district.by, district.now, partial(copies.law_of, district, inner), outer=after if after.round else None)
        followed = follow(inner, before, after, verb, act)
    return [(inner, keep_up(inner, followed[0], act), followed[1])] if followed else []


def _fresh(owner: Tx, order: Order, seen: Seen) -> None:
    if seen.version in (0, order.version):
        return
    steps = _since(owner, order, seen.version)
    changed = f"：{'；'.join(steps)}" if steps else ""
    raise Stale(f"工单已由第{seen.version}版变为第{order.version}版{changed}。请刷新后按最新情况再办")


def _since(owner: Tx, order: Order, version: int) -> list[str]:
    """The latest steps after a version, `01月06日08:05由市水务局签收`; the oldest first."""
    table = owner.store.tables["journal"]
    newest = owner.select(table).where(table.c.subject == order.ticket_id).order_by(table.c.number.desc()).limit(50)
    rows = [row for row in owner.all(newest) if _is_later(json.loads(row["detail"]), order, version)][:MOST_CHANGES_TOLD]
    names = {"": BY_ITSELF, **copies.names_of(owner, {row["unit_id"] for row in rows})}
    return [f"{to_local(row['at']):%m月%d日%H:%M}由{names.get(row['unit_id'], ANOTHER)}{step_term(row['verb'])}" for row in reversed(rows)]


def _is_later(detail: dict[str, Any], order: Order, version: int) -> bool:
    return detail.get("order") == order.order_id and detail["version"] > version
