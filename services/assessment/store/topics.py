"""Topics as rows, with the tickets behind them; and what was said, from which they are found."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.rules.calls import WITHIN
from services.assessment.rules.topics import SPAN, Group, Growth, Told
from services.assessment.store.calls import calls, parties, words
from services.assessment.store.hiding import Reader, is_open_to
from services.assessment.store.numbering import TOPIC, next_number
from services.assessment.store.topical import topic_tickets, topics

Row = Mapping[Any, Any]
BATCH = 500
MOST_PUBLISHED = 50
UNTITLED = "（涉及投诉对象，不列标题）"
_b = topic_tickets.c


@dataclass(frozen=True, slots=True)
class Shown:
    """A topic as a reader sees it: its title, how many calls in all, and how it grows."""

    row: Row
    title: str
    calls: int
    growth: Growth


def said_since(tx: Tx, since: dt.datetime) -> list[Told]:
    """What was said in calls of the caller's tenant, in the order of time."""
    columns = (words.c.ticket_id, words.c.at, words.c.title, words.c.text)
    mine = (words.c.tenant_id == tx.by.tenant_id) & (words.c.at >= since)
    found = tx.all(tx.select(words, *columns).where(mine).order_by(words.c.at, words.c.ticket_id))
    places = _places(tx, since)
    return [Told(**row, place=places.get(row["ticket_id"], "")) for row in found]


def continued_since(tx: Tx, since: dt.datetime) -> dict[str, frozenset[str]]:
    """Topics with calls since then, by the tickets behind them."""
    recent = select(topics.c.topic_id).where(topics.c.tenant_id == tx.by.tenant_id, topics.c.last_at >= since)
    found: dict[str, set[str]] = defaultdict(set)
    for row in tx.all(tx.select(topic_tickets, topic_tickets.c.topic_id, topic_tickets.c.ticket_id).where(_b.topic_id.in_(recent))):
        found[row["topic_id"]].add(row["ticket_id"])
    return {topic_id: frozenset(tickets) for topic_id, tickets in found.items()}


def add(tx: Tx, group: Group) -> str:
    """A new one."""
    topic_id, first, last = tx.new_id(), group.told[0], group.told[-1]
    values = {"topic_id": topic_id, "number": next_number(tx, TOPIC), "central_ticket_id": group.central.ticket_id}
    tx.insert(topics, **values, found_at=tx.now, first_at=first.at, last_at=last.at)
    _add_tickets(tx, topic_id, group.told)
    return topic_id


def grow(tx: Tx, topic_id: str, group: Group, known: frozenset[str]) -> None:
    """The same one, with whom it has by now; whoever was in it stays."""
    row = tx.row(topics, topic_id=topic_id, lock=True)
    if row is None:
        return
    first, last = min(row["first_at"], group.told[0].at), max(row["last_at"], group.told[-1].at)
    now = {"central_ticket_id": group.central.ticket_id, "first_at": first, "last_at": last}
    if any(row[name] != value for name, value in now.items()):
        tx.change(topics, {"topic_id": topic_id}, now)
    _add_tickets(tx, topic_id, [each for each in group.told if each.ticket_id not in known])


def forget_words(tx: Tx, before: dt.datetime) -> int:
    """Drop what was said in the next calls that lie behind; answers of how many."""
    old = select(words.c.ticket_id).where(words.c.tenant_id == tx.by.tenant_id, words.c.at < before).limit(BATCH)
    return tx.run(tx.delete(words).where(words.c.ticket_id.in_(old)))


def page_of(tx: Tx, page: Page, tenant_id: str, reader: Reader) -> tuple[list[Shown], str]:
    """The one that grew last first; without a call that the reader may know of it is left out (17)."""
    wanted = tx.select(topics).where(topics.c.tenant_id == tenant_id)
    found, token = tx.page(wanted, (topics.c.last_at.desc(), topics.c.topic_id.desc()), page)
    return shown(tx, found, is_open_to(reader, _b.ticket_id)), token


def one(tx: Tx, topic_id: str, seen: ColumnElement[bool]) -> Shown | None:
    """One, with those of its calls that are seen."""
    row = tx.one(tx.select(topics).where(topics.c.topic_id == topic_id))
    return next(iter(shown(tx, [row], seen)), None) if row is not None else None


def among(tx: Tx, topic_ids: Iterable[str], seen: ColumnElement[bool]) -> list[Shown]:
    """Those of these, with those of their calls that are seen."""
    return shown(tx, tx.all(tx.select(topics).where(topics.c.topic_id.in_(sorted(set(topic_ids))))), seen)


def led_by(unit_ids: Iterable[str]) -> ColumnElement[bool]:
    """Calls whose order one of these units leads."""
    mine = select(calls.c.ticket_id).where(calls.c.ticket_id == _b.ticket_id, calls.c.unit_id.in_(sorted(unit_ids)))
    return mine.exists()


def complains_of_nobody() -> ColumnElement[bool]:
    """Calls whose words may stand in what is published (17)."""
    return ~select(parties.c.ticket_id).where(parties.c.ticket_id == _b.ticket_id).exists()


def published_of(tx: Tx, since: dt.datetime, until: dt.datetime) -> list[tuple[str, int, int]]:
    """Topics with calls in this time: titles that complain of nobody, how many then, and in as long before; the most first."""
    before = since - (until - since)
    during, earlier = ((_b.at >= since) & (_b.at < until), (_b.at >= before) & (_b.at < since))
    now, then = (func.sum(case((each, 1), else_=0)).label(name) for each, name in ((during, "now"), (earlier, "earlier")))
    mine = (_b.tenant_id == tx.by.tenant_id) & (_b.at >= before) & (_b.at < until)
    found = tx.all(tx.select(topic_tickets, _b.topic_id, now, then).where(mine).group_by(_b.topic_id).order_by(now.desc(), _b.topic_id))
    current = [row for row in found if row["now"]][:MOST_PUBLISHED]
    titles = _titles(tx, [row["topic_id"] for row in current], complains_of_nobody())
    return [(titles.get(row["topic_id"], UNTITLED), int(row["now"]), int(row["earlier"])) for row in current]


def page_of_tickets(tx: Tx, page: Page, topic_id: str, seen: ColumnElement[bool]) -> tuple[Sequence[Row], str]:
    """In the order of time."""
    return tx.page(tx.select(topic_tickets).where(_b.topic_id == topic_id, seen), (_b.at, _b.ticket_id), page)


def shown(tx: Tx, rows: Sequence[Row], seen: ColumnElement[bool]) -> list[Shown]:
    """Of these topics what is seen, in their order; two statements however many there are."""
    ids = [row["topic_id"] for row in rows]
    counts = _counts(tx, ids, seen)
    titles = _titles(tx, ids, seen)
    return [Shown(row, titles[row["topic_id"]], *counts[row["topic_id"]]) for row in rows if row["topic_id"] in counts]


def _counts(tx: Tx, ids: Sequence[str], seen: ColumnElement[bool]) -> dict[str, tuple[int, Growth]]:
    begun, before = tx.now - SPAN, tx.now - 2 * SPAN
    last = func.sum(case((_b.at > begun, 1), else_=0)).label("last")
    earlier = func.sum(case(((_b.at > before) & (_b.at <= begun), 1), else_=0)).label("earlier")
    wanted = tx.select(topic_tickets, _b.topic_id, func.count().label("n"), last, earlier).where(_b.topic_id.in_(ids), seen)
    return {row["topic_id"]: (int(row["n"]), Growth(int(row["last"]), int(row["earlier"]))) for row in tx.all(wanted.group_by(_b.topic_id))}


def _titles(tx: Tx, ids: Sequence[str], seen: ColumnElement[bool]) -> dict[str, str]:
    """Of the call that speaks for them where it is seen, else of the first that is."""
    is_central = select(topics.c.topic_id).where(topics.c.topic_id == _b.topic_id, topics.c.central_ticket_id == _b.ticket_id).exists()
    rank = func.row_number().over(partition_by=_b.topic_id, order_by=(case((is_central, 0), else_=1), _b.at, _b.ticket_id)).label("rank")
    ranked = tx.select(topic_tickets, _b.topic_id, _b.title, rank).where(_b.topic_id.in_(ids), seen).subquery()
    return {row["topic_id"]: row["title"] for row in tx.all(select(ranked.c.topic_id, ranked.c.title).where(ranked.c.rank == 1))}


def _add_tickets(tx: Tx, topic_id: str, told: Iterable[Told]) -> None:
    fresh = list(told)
    numbers = {row["ticket_id"]: row["number"] for row in tx.rows_among(calls, "ticket_id", [each.ticket_id for each in fresh])}
    rows = [
        {"topic_id": topic_id, "ticket_id": each.ticket_id, "number": numbers.get(each.ticket_id, ""), "at": each.at, "title": each.title}
        for each in fresh
    ]
    tx.insert_many(topic_tickets, rows)


def _places(tx: Tx, since: dt.datetime) -> dict[str, str]:
    """Towns; a call that names none may join those of any."""
    mine = (calls.c.tenant_id == tx.by.tenant_id) & (calls.c.at >= since) & (calls.c.town != "")
    rows = tx.all(tx.select(calls, calls.c.ticket_id, calls.c.district, calls.c.town).where(mine))
    return {row["ticket_id"]: f"{row['district']}{WITHIN}{row['town']}" for row in rows}
