"""Many orders whole at once: a query for each sort of part, however many orders there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, func

from chassis.store import Tx
from chassis.store.paging import Page
from services.dispatch.rules.order import Order
from services.dispatch.store import tables, told
from services.dispatch.store.lists import open_requests
from services.dispatch.store.rows import Row, assist_of, clock_of, order_of, round_of
from services.dispatch.store.tables import orders

OWN = orders.c


def open_orders(owner: Tx, page: Page) -> tuple[list[Order], str]:
    """A page of the tenant's own open orders, whole, in the order of their ids; and the next page's token."""
    rows, token = owner.page(owner.select(orders).where(*_open(owner)), (OWN.order_id,), page)
    return wholes(owner, rows), token


def count_open(owner: Tx) -> int:
    """How many orders of the tenant are open."""
    return int(owner.connection.execute(owner.select(orders, func.count()).where(*_open(owner))).scalar_one())


def of_ids(owner: Tx, order_ids: Sequence[str]) -> dict[str, Order]:
    """The tenant's orders by these ids, whole."""
    rows = owner.all(owner.select(orders).where(OWN.order_id.in_(order_ids), OWN.tenant_id == owner.by.tenant_id))
    return {order.order_id: order for order in wholes(owner, rows)}


def open_inner_of(district: Tx, outer_order_ids: Sequence[str]) -> dict[str, Order]:
    """The tenant's open inner orders by the ids of their outer ones."""
    rows = district.all(district.select(orders).where(OWN.outer_order_id.in_(outer_order_ids), *_open(district)))
    return {order.outer_order_id: order for order in wholes(district, rows)}


def standing_urgings(owner: Tx, order_ids: Sequence[str]) -> dict[str, list[Row]]:
    """The urgings that were issued and not voided, by order."""
    own = told.urgings.c
    found = owner.all(
        owner.select(told.urgings).where(own.order_id.in_(order_ids), own.at.is_not(None), own.voided_reason.is_(None))
    )  # fmt: skip
    urgings: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        urgings[row["order_id"]].append(row)
    return urgings


def wholes(owner: Tx, rows: Sequence[Any]) -> list[Order]:
    """The orders of these rows with their rounds, their dates, their open requests and their assisting units."""
    ids = [row["order_id"] for row in rows]
    rounds, clocks = _parts(owner, tables.rounds, "number", ids), _parts(owner, tables.clocks, "version", ids)
    assists = _parts(owner, tables.assists, "number", [row["order_id"] for row in rows if row["assists"]])
    requests = open_requests(owner, [row for row in rows if row["pending"]])
    whole = []
    for row in rows:
        own_clocks = sorted((clock_of(each) for each in clocks[row["order_id"]]), key=lambda each: (each.round, each.version))
        own_rounds = tuple(round_of(each) for each in rounds[row["order_id"]])
        own_assists = tuple(assist_of(each) for each in assists[row["order_id"]])
        whole.append(order_of(row, own_rounds, tuple(own_clocks), requests.get(row["order_id"]), own_assists))
    return whole


def _parts(owner: Tx, table: Table, order: str, ids: Sequence[str]) -> Mapping[str, list[Row]]:
    parts: dict[str, list[Row]] = defaultdict(list)
    if ids:
        for row in owner.all(owner.select(table).where(table.c.order_id.in_(ids)).order_by(table.c[order])):
            parts[row["order_id"]].append(row)
    return parts


def _open(owner: Tx) -> tuple[Any, Any]:
    return OWN.tenant_id == owner.by.tenant_id, OWN.closed_at.is_(None)
