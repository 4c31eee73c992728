"""Bursts as rows, with the calls they are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, and_, func

from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.rules.bursts import USUAL, WINDOW, Burst, Heard
from services.assessment.store.calls import burst_tickets, bursts, calls
from services.assessment.store.hiding import Reader, is_open_to
from services.assessment.store.numbering import BURST, next_number

Key = tuple[str, str, str]
_HEARD = (calls.c.ticket_id, calls.c.at, calls.c.district, calls.c.town, calls.c.category)


def around(tx: Tx, news: Sequence[Heard], window: dt.timedelta) -> dict[Key, list[Heard]]:
    """Calls of the same places and categories near these in time, in its order, by place and category."""
    first, last = min(each.at for each in news) - window, max(each.at for each in news) + window
    near = calls.c.category.in_(sorted({each.category for each in news})) & calls.c.at.between(first, last)
    wanted = tx.select(calls, *_HEARD).where(calls.c.tenant_id == tx.by.tenant_id, near).order_by(calls.c.at, calls.c.ticket_id)
    found: dict[Key, list[Heard]] = {}
    for row in tx.all(wanted):
        heard = Heard(**row)
        found.setdefault(heard.key, []).append(heard)
    return found


def usual(tx: Tx, like: Heard) -> tuple[int, dt.timedelta]:
    """How many calls of its place and category the days before had, and how many of these days are known."""
    until = like.at - WINDOW
    mine = calls.c.tenant_id == tx.by.tenant_id
    same = and_(mine, calls.c.category == like.category, calls.c.district == like.district, calls.c.town == like.town)
    count = tx.one(tx.select(calls, func.count().label("n")).where(same, calls.c.at.between(until - USUAL, until)))
    first = tx.one(tx.select(calls, func.min(calls.c.at).label("at")).where(mine))
    known = until - first["at"] if first and first["at"] else dt.timedelta()
    return int(count["n"]) if count else 0, max(known, dt.timedelta())


def of_tickets(tx: Tx, ticket_ids: Iterable[str]) -> str:
    """The burst that one of these calls is of already; empty for none."""
    found = sorted({row["burst_id"] for row in tx.rows_among(burst_tickets, "ticket_id", ticket_ids)})
    return found[0] if found else ""


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


def grow(tx: Tx, burst_id: str, found: Burst) -> None:
    """More calls of the same."""
    known = {row["ticket_id"] for row in tx.rows(burst_tickets, burst_id=burst_id)}
    _add_tickets(tx, burst_id, [each for each in found.heard if each.ticket_id not in known])
    row = tx.row(bursts, burst_id=burst_id, lock=True)
    if row is not None:
        first, last = min(row["began_at"], found.heard[0].at), max(row["last_at"], found.heard[-1].at)
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
