"""What others told and dispatch keeps: tenants with their policies and calendars, units and who works for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chassis.errors import Denied
from chassis.store import Looking, Tx
from regulation.calendar import Calendar, DayOverride, national, tenant_calendar
from regulation.policy import Policy, PolicyError
from services.dispatch.rules.law import Law, edition_of
from services.dispatch.rules.order import Order
from services.dispatch.rules.units import Unit
from services.dispatch.store.told import calendars, people, tenants, units

HUB = "hub"
PROVINCE = frozenset({"ROLE_PROVINCIAL_PEER"})
DEPTH = 8
Day = tuple[str, bool, str]


@dataclass(frozen=True)
class Standing:
    """A tenant's law before any order: its calendar, at which version, and its policy."""

    calendar: Calendar
    calendar_version: int
    policy: Policy


def standing(owner: Looking) -> Standing:
    """What the transaction's tenant lives by; the national calendar and the defaults until it is told otherwise."""
    told = owner.row(tenants, tenant_id=owner.by.tenant_id)
    row = owner.row(calendars, order="-version", tenant_id=owner.by.tenant_id)
    calendar = _calendar(row) if row else national()
    return Standing(calendar, row["version"] if row else 0, _policy(told["policies"]) if told else Policy())


def ask_law_ahead(tx: Tx) -> None:
    """The law will be asked for: it comes with what is asked next."""
    standing(tx.ahead)


def law_of(owner: Tx, order: Order) -> Law:
    """The law for an order of the transaction's tenant."""
    told = standing(owner)
    return Law(told.calendar, told.policy, edition_of(order.edition, order.formed_at, told.policy))


def calendar_by(owner: Tx, revision: str) -> Calendar:
    """The calendar a date was set under, to explain it; the newest where that one was never told."""
    if revision == national().revision:
        return national()
    row = owner.row(calendars, tenant_id=owner.by.tenant_id, revision=revision)
    return _calendar(row) if row else standing(owner).calendar


def unit_of(owner: Tx, unit_id: str, party_people: frozenset[str] = frozenset()) -> Unit | None:
    """A unit of the transaction's own tenant with its superiors; with its active accounts where people are complained about."""
    row = _unit_row(owner, unit_id)
    if row is None or row["tenant_id"] != owner.by.tenant_id:
        return None
    staff = _staff(owner, unit_id) if party_people else frozenset[str]()
    successor = _unit_row(owner, row["successor_id"]) if row["successor_id"] else None
    return Unit(
        unit_id=unit_id, name=row["name"], open=row["open"], hub=row["kind"] == HUB,
        handling_tenant_id=row["handling_tenant_id"] or "", successor=successor["name"] if successor else "",
        above=tuple(_above(owner, row)), staff=staff,
    )  # fmt: skip


def names_of(tx: Tx, unit_ids: Iterable[str]) -> dict[str, str]:
    """What those of the units are called that the caller may see."""
    return {row["unit_id"]: row["name"] for row in tx.rows_among(units, "unit_id", unit_ids)}


def ask_unit_ahead(tx: Tx, unit_id: str) -> None:
    """The unit will be asked for: it comes with what is asked next."""
    _unit_row(tx.ahead, unit_id)


def at_hub(tx: Tx) -> bool:
    """Whether the caller works for its tenant's hub. The province's system has its account there, and does not (17)."""
    if tx.by.roles == PROVINCE:
        return False
    row = _unit_row(tx, tx.by.unit_id)
    return row is not None and row["kind"] == HUB and row["tenant_id"] == tx.by.tenant_id


def demand_hub(tx: Tx) -> None:
    """Raises Denied for who does not work for its tenant's hub, whatever the roles."""
    if not at_hub(tx):
        raise Denied("只有热线工作机构的人员可以查看")


def keep_calendar(owner: Tx, revision: str, days: Sequence[Day], noticed_years: Sequence[int], version: int) -> None:
    """Keep a revision; every open order is to be counted again by it."""
    values = {"version": version, "revision": revision, "days": list(days), "noticed_years": list(noticed_years)}
    owner.insert_missing(calendars, ("tenant_id", "version"), [values])


def _calendar(row: Mapping[Any, Any]) -> Calendar:
    days = tuple((date, working, reason) for date, working, reason in row["days"])
    return _built(row["revision"], days, tuple(row["noticed_years"]))


@lru_cache(maxsize=64)
def _built(revision: str, days: tuple[Day, ...], noticed_years: tuple[int, ...]) -> Calendar:
    ruled = (DayOverride(dt.date.fromisoformat(date), working, reason) for date, working, reason in days)
    return tenant_calendar(revision, ruled, noticed_years)


def _policy(settings: Mapping[str, str]) -> Policy:
    return _read_policy(tuple(sorted(settings.items())))


@lru_cache(maxsize=64)
def _read_policy(settings: tuple[tuple[str, str], ...]) -> Policy:
    """A setting that cannot be read counts as not set: directory refuses it, and no order may wait for a mended one."""
    readable = {}
    for name, value in settings:
        try:
            Policy.of({name: value})
        except PolicyError:
            continue
        readable[name] = value
    return Policy.of(readable)


def _unit_row(tx: Looking, unit_id: str) -> Mapping[Any, Any] | None:
    return tx.row(units, unit_id=unit_id)


def _above(owner: Tx, row: Mapping[Any, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    while row["parent_id"] and len(found) < DEPTH:
        parent = _unit_row(owner, row["parent_id"])
        if parent is None:
            break
        found.append((parent["unit_id"], parent["name"]))
        row = parent
    return found


def _staff(owner: Tx, unit_id: str) -> frozenset[str]:
    rows = owner.all(owner.select(people, people.c.person_id).where(people.c.unit_id == unit_id, people.c.active))
    return frozenset(row["person_id"] for row in rows)
