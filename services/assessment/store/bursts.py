"""Bursts as rows, with the calls they are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, bindparam, func, select

from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.rules.bursts import USUAL, WINDOW, Burst, Heard
from services.assessment.store.calls import burst_tickets, bursts, calls
from services.assessment.store.hiding import Reader, is_open_to
from services.assessment.store.numbering import BURST, next_number

Key = tuple[str, str, str]
Row = Mapping[str, Any]
_HEARD = (calls.c.ticket_id, calls.c.at, calls.c.district, calls.c.town, calls.c.category)


def around(tx: Tx, news: Sequence[Heard], window: dt.timedelta) -> dict[Key, list[Heard]]:
    """Calls of the same places and categories near these in time, in its order, by place and category."""
    span = {"first": min(each.at for each in news) - window, "last": max(each.at for each in news) + window}
    categories = sorted({each.category for each in news})
    found: dict[Key, list[Heard]] = {}
    for row in tx.kept_among("calls around", _around, calls.c.category, categories, mine=tx.by.tenant_id, **span):
        heard = Heard(**row)
        found.setdefault(heard.key, []).append(heard)
    return found


def usual(tx: Tx, like: Heard) -> tuple[int, dt.timedelta]:
    """How many calls of its place and category the days before had, and how many of these days are known."""
    until = like.at - WINDOW
    (row,) = tx.kept("usual calls", _usual, **_place(tx, like), first=until - USUAL, last=until)
    known = until - row["since"] if row["since"] else dt.timedelta()
    return int(row["n"]), max(known, dt.timedelta())


def same(tx: Tx, found: Burst) -> Row | None:
    """The burst, locked, that calls of this place and category at this time are of already; of several the first."""
    kept = tx.kept("same burst", _same, **_place(tx, found.heard[0]), **_span(found))
    return kept[0] if kept else None


def add(tx: Tx, found: Burst) -> tuple[str, str]:
    """Keep one; answers its id and its number."""
    burst_id, number, first, last = tx.new_id(), next_number(tx, BURST), found.heard[0], found.heard[-1]
    row: dict[str, Any] = {
        "burst_id": burst_id, "number": number, "district": first.district, "town": first.town, "category": first.category,
        "state": "found", "began_at": first.at, "last_at": last.at, "found_at": tx.now, "expected": decimal(found.expected),
        "found_with": len(found.heard), "acknowledged_by": "", "remark": "",
    }  # fmt: skip
    tx.insert(bursts, **row)
    _add_tickets(tx, burst_id, found.heard)
    return burst_id, number


def grow(tx: Tx, known: Row, found: Burst) -> None:
    """More calls of the same."""
    burst_id = known["burst_id"]
    in_it = {row["ticket_id"] for row in tx.kept("calls of a burst", _in_it, burst_id=burst_id, **_span(found))}
    _add_tickets(tx, burst_id, [each for each in found.heard if each.ticket_id not in in_it])
    first, last = min(known["began_at"], found.heard[0].at), max(known["last_at"], found.heard[-1].at)
    if (first, last) != (known["began_at"], known["last_at"]):
        tx.change(bursts, {"burst_id": burst_id}, {"began_at": first, "last_at": last})


def acknowledge(tx: Tx, burst_id: str, values: Mapping[str, Any]) -> bool:
    """Whether it was still to be seen to."""
    return bool(tx.changed(bursts, {"burst_id": burst_id, "state": "found"}, values))


def page_of(tx: Tx, page: Page, tenant_id: str, reader: Reader) -> tuple[list[tuple[RowMapping, int]], str]:
    """The newest first, with how many calls the reader may know of; without any it is left out."""
    wanted = tx.select(bursts).where(bursts.c.tenant_id == tenant_id)
    found, token = tx.page(wanted, (bursts.c.found_at.desc(), bursts.c.burst_id.desc()), page)
    seen = _counts(tx, [row["burst_id"] for row in found], reader)
    return [(row, seen[row["burst_id"]]) for row in found if row["burst_id"] in seen], token


def one(tx: Tx, burst_id: str, reader: Reader) -> tuple[RowMapping, int] | None:
    """The same of one."""
    row = tx.one(tx.select(bursts).where(bursts.c.burst_id == burst_id))
    seen = _counts(tx, [burst_id], reader)
    return (row, seen[burst_id]) if row is not None and seen else None


def page_of_tickets(tx: Tx, page: Page, burst_id: str, reader: Reader) -> tuple[list[RowMapping], str]:
    """In the order of time."""
    mine = (burst_tickets.c.burst_id == burst_id) & is_open_to(reader, burst_tickets.c.ticket_id)
    return tx.page(tx.select(burst_tickets).where(mine), (burst_tickets.c.at, burst_tickets.c.ticket_id), page)


def count(tx: Tx, since: dt.datetime, until: dt.datetime) -> int:
    """How many of the tenant's were found in this time."""
    mine = (bursts.c.tenant_id == tx.by.tenant_id) & (bursts.c.found_at >= since) & (bursts.c.found_at < until)
    row = tx.one(tx.select(bursts, func.count().label("n")).where(mine))
    return int(row["n"]) if row else 0


def decimal(figure: float) -> str:
    """To a thousandth: what is stored and told never floats."""
    return str(Decimal(figure).quantize(Decimal("0.001")))


def _counts(tx: Tx, burst_ids: Sequence[str], reader: Reader) -> dict[str, int]:
    mine = burst_tickets.c.burst_id.in_(list(burst_ids)) & is_open_to(reader, burst_tickets.c.ticket_id)
    counted = tx.select(burst_tickets, burst_tickets.c.burst_id, func.count().label("n")).where(mine).group_by(burst_tickets.c.burst_id)
    return {row["burst_id"]: int(row["n"]) for row in tx.all(counted)}


def _add_tickets(tx: Tx, burst_id: str, heard: Sequence[Heard]) -> None:
    numbers = {row["ticket_id"]: row["number"] for row in tx.rows_among(calls, "ticket_id", [each.ticket_id for each in heard])}
    rows = [{"burst_id": burst_id, "ticket_id": each.ticket_id, "number": numbers[each.ticket_id], "at": each.at} for each in heard]
    tx.insert_many(burst_tickets, rows)


def _place(tx: Tx, like: Heard) -> dict[str, str]:
    return {"mine": tx.by.tenant_id, "district": like.district, "town": like.town, "category": like.category}


def _span(found: Burst) -> dict[str, dt.datetime]:
    return {"first": found.heard[0].at, "last": found.heard[-1].at}


def _around() -> Select[Any]:
    return select(*_HEARD).where(calls.c.tenant_id == bindparam("mine"), _within(calls)).order_by(calls.c.at, calls.c.ticket_id)


def _usual() -> Select[Any]:
    since = select(func.min(calls.c.at)).where(calls.c.tenant_id == bindparam("mine")).scalar_subquery().label("since")
    return select(func.count().label("n"), since).where(*_of_place(calls), _within(calls))


def _same() -> Select[Any]:
    overlap = (bursts.c.last_at >= bindparam("first")) & (bursts.c.began_at <= bindparam("last"))
    return select(bursts).where(*_of_place(bursts), overlap).order_by(bursts.c.burst_id).limit(1).with_for_update()


def _in_it() -> Select[Any]:
    # Compared with what was heard by whoever asks: joined, a table that is young is planned as if it were empty.
    return select(burst_tickets.c.ticket_id).where(burst_tickets.c.burst_id == bindparam("burst_id"), _within(burst_tickets))


def _of_place(table: Table) -> list[ColumnElement[bool]]:
    mine = table.c.tenant_id == bindparam("mine")
    return [mine, *(table.c[name] == bindparam(name) for name in ("category", "district", "town"))]


def _within(table: Table) -> ColumnElement[bool]:
    return table.c.at.between(bindparam("first"), bindparam("last"))
