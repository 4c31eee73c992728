"""A revision of a calendar before it is made: what it would re-date, by the rule that re-dates. It writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from chassis.errors import Denied
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import NotAllowed
from regulation.calendar import Calendar
from services.dispatch.actions.changing import in_calendar
from services.dispatch.lifecycle import Verb
from services.dispatch.rules import clocks
from services.dispatch.rules.act import Act
from services.dispatch.rules.assisting import keep_up
from services.dispatch.rules.handing_on import follow
from services.dispatch.rules.law import Law, edition_of
from services.dispatch.rules.order import Order
from services.dispatch.rules.previewing import RedatedDate, redated_dates
from services.dispatch.rules.redating import Outer, moved, redate
from services.dispatch.store import copies, many
from services.dispatch.store.copies import Standing
from services.dispatch.store.rows import Row


@dataclass(frozen=True, slots=True)
class Redated:
    """An order that would be re-dated, its dates that would change, and its urgings that stand now."""

    order: Order
    dates: tuple[RedatedDate, ...]
    urgings: Sequence[Row]

    def urging_of(self, date: RedatedDate) -> str:
        """The urging that would lose its ground with the date; empty: none."""
        was = date.before
        same = (was.unit_id, was.round, was.kind, was.deadline.deadline_at)
        urged = ((row["urging_id"], (row["unit_id"], row["round"], row["kind"], row["deadline_at"])) for row in self.urgings)
        found = (urging_id for urging_id, of_date in urged if of_date == same)
        return next(found, "") if date.moves else ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What one page of open orders came to."""

    redated: tuple[Redated, ...]
    looked_at: int
    uncounted: int
    next_page_token: str
    open_orders: int


def preview_revision(tx: Tx, tenant_id: str, drafts: Mapping[str, Calendar], page: Page) -> Preview:
    """A page of a tenant's open orders, each counted by its tenant's draft of a calendar. Raises Denied, Invalid."""
    copies.demand_hub(tx)
    if tenant_id not in tx.by.reads:
        raise Denied("您无权查看该热线工作机构的工单")
    with tx.acting_for(tenant_id) as owner:
        found, token = many.open_orders(owner, page)
        law = _standing(owner, drafts)
        counted, uncounted = _count(owner, found, law, _outer_orders(owner, found))
        redated = _shown(owner, [pair for pair in counted if moved(*pair)])
        redated += _followers(owner, [pair for pair in counted if moved(*pair)], drafts)
        count = 0 if page.token else many.count_open(owner)
    mine = tuple(each for each in redated if tx.by.id not in each.order.party_people)
    return Preview(mine, len(found), uncounted, token, count)


Pair = tuple[Order, Order]


def _count(owner: Tx, found: Iterable[Order], standing: Standing, outers: dict[str, Order]) -> tuple[list[Pair], int]:
    """Each order before and after; and how many the calendar cannot count, which keep their dates."""
    counted, uncounted = [], 0
    for order in found:
        outer = outers.get(order.outer_order_id)
        date = clocks.answer(outer).deadline if outer else None
        try:
            with in_calendar(Verb.REDATE.article):
                act = Act(owner.by, owner.now, partial(_law, standing, order))
                redated = redate(order, act.law, Outer(date, date) if date else None)
                counted.append((order, keep_up(order, redated, act)))
        except NotAllowed:
            uncounted += 1
    return counted, uncounted


def _followers(owner: Tx, pairs: Iterable[Pair], drafts: Mapping[str, Calendar]) -> list[Redated]:
    """The districts' open inner orders that follow a city's one; by the districts' own calendars, as drafted or as they are."""
    held: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair[0].handling_tenant_id:
            held[pair[0].handling_tenant_id].append(pair)
    redated: list[Redated] = []
    for tenant_id, theirs in sorted(held.items()):
        with owner.acting_for(tenant_id) as district:
            redated += _following(district, theirs, _standing(district, drafts))
    return redated


def _following(district: Tx, pairs: Sequence[Pair], standing: Standing) -> list[Redated]:
    inners = many.open_inner_of(district, [before.order_id for before, _ in pairs])
    followed: list[Pair] = []
    for before, after in pairs:
        inner = inners.get(before.order_id)
        if inner is not None:
            followed += _followed(district, inner, before, after, partial(_law, standing, inner))
    return _shown(district, followed)


def _followed(district: Tx, inner: Order, before: Order, after: Order, law: Callable[[], Law]) -> list[Pair]:
    act = Act(district.by, district.now, law, outer=after if after.round else None)
    with suppress(NotAllowed), in_calendar(Verb.REDATE.article):
        done = follow(inner, before, after, Verb.REDATE, act)
        return [(inner, keep_up(inner, done[0], act))] if done else []
    return []


def _shown(owner: Tx, pairs: Sequence[Pair]) -> list[Redated]:
    urgings = many.standing_urgings(owner, [before.order_id for before, _ in pairs]) if pairs else {}
    return [Redated(before, redated_dates(before, after, owner.now), urgings.get(before.order_id, ())) for before, after in pairs]


def _outer_orders(owner: Tx, found: Iterable[Order]) -> dict[str, Order]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for order in found:
        if order.inner:
            wanted[order.outer_tenant_id].append(order.outer_order_id)
    outers: dict[str, Order] = {}
    for tenant_id, ids in sorted(wanted.items()):
        with owner.acting_for(tenant_id) as city:
            outers |= many.of_ids(city, ids)
    return outers


def _standing(owner: Tx, drafts: Mapping[str, Calendar]) -> Standing:
    told = copies.standing(owner)
    return replace(told, calendar=drafts.get(owner.by.tenant_id, told.calendar))


def _law(standing: Standing, order: Order) -> Law:
    return Law(standing.calendar, standing.policy, edition_of(order.edition, order.formed_at, standing.policy))
