"""Supervisions and their evidence as rows, and the facts that may become evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, and_, case, func, select

from chassis.store import Tx
from regulation.grounds import Ground
from regulation.instants import local_day
from services.assessment.rules.grounds import Back, Evidence
from services.assessment.rules.supervision import STANDING
from services.assessment.store.facts import UNIT
from services.assessment.store.published import exclusions
from services.assessment.store.supervised import evidence, supervision_days, supervision_numbers, supervisions
from services.assessment.store.tables import facts, orders, recurrences, sums, tenants

KEY = ("unit_id", "rate", "subject_id", "round")


def standing(tx: Tx) -> dict[tuple[str, str], RowMapping]:
    """The tenant's supervisions that stand, by ground and unit."""
    mine = (supervisions.c.tenant_id == tx.by.tenant_id) & supervisions.c.state.in_([state.value for state in STANDING])
    return {(row["ground"], row["unit_id"]): row for row in tx.all(tx.select(supervisions).where(mine))}


def facts_among(tx: Tx, ground: StrEnum, rates: Iterable[str], since: str, until: str, *, hit: bool) -> list[Evidence]:
    """Facts of these rates that speak against a unit, but for those that a person excluded; those used for this ground say so."""
    same = and_(
        evidence.c.tenant_id == facts.c.tenant_id, evidence.c.ground == ground.value, *(evidence.c[name] == facts.c[name] for name in KEY)
    )
    out = and_(*(exclusions.c[name] == facts.c[name] for name in ("subject_id", "round", "rate")))
    used = case((evidence.c.subject_id.is_not(None), 1), else_=0).label("used")
    columns = (*(facts.c[name] for name in (*KEY, "number", "day")), used)
    wanted = select(*columns).select_from(facts.outerjoin(evidence, same).outerjoin(exclusions, out))
    mine = (facts.c.tenant_id == tx.by.tenant_id) & facts.c.rate.in_(list(rates)) & facts.c.day.between(since, until)
    found = tx.all(wanted.where(mine, facts.c.hit if hit else ~facts.c.hit, exclusions.c.subject_id.is_(None)))
    return [Evidence(**{**row, "used": bool(row["used"])}, hit=hit) for row in found]


def counted(tx: Tx, rates: Iterable[str], since: str, until: str, unit_id: str = "") -> dict[tuple[str, str], tuple[int, int]]:
    """Hits and counted by unit and rate over these days."""
    columns = (sums.c.key, sums.c.rate, func.sum(sums.c.hits).label("hits"), func.sum(sums.c.counted).label("counted"))
    mine = (sums.c.tenant_id == tx.by.tenant_id) & sums.c.rate.in_(list(rates)) & (sums.c.kind == UNIT) & sums.c.day.between(since, until)
    if unit_id:
        mine &= sums.c.key == unit_id
    rows = tx.all(select(*columns).where(mine).group_by(sums.c.key, sums.c.rate))
    return {(row["key"], row["rate"]): (int(row["hits"]), int(row["counted"])) for row in rows}


def counted_after(
    tx: Tx, rates: Sequence[str], span: tuple[str, str], last: Mapping[str, dt.datetime]
) -> dict[tuple[str, str], tuple[int, int]]:
    """As `counted`; units that had their last case in the span are judged by the days after it."""
    found = counted(tx, rates, *span)
    for unit_id, at in last.items():
        after = counted(tx, rates, (local_day(at) + dt.timedelta(days=1)).isoformat(), span[1], unit_id)
        found |= {(unit_id, rate): after.get((unit_id, rate), (0, 0)) for rate in rates}
    return found


def recurrences_since(tx: Tx, since: dt.datetime) -> list[tuple[str, str, dt.datetime]]:
    """Tickets that came back, with what they are of and when."""
    mine = (recurrences.c.tenant_id == tx.by.tenant_id) & (recurrences.c.at >= since)
    return [(row["ticket_id"], row["of_ticket_id"], row["at"]) for row in tx.all(tx.select(recurrences).where(mine))]


def closed_orders(tx: Tx, back: Iterable[Back]) -> dict[str, Evidence]:
    """The last that was closed of each ticket that came back: by whom, under which number, when."""
    found: dict[str, Evidence] = {}
    tickets = {
        row["order_id"]: row["ticket_id"]
        for row in tx.rows_among(orders, "ticket_id", {each.of_ticket_id for each in back})
        if not row["outer_order_id"]
    }
    for row in tx.rows_among(facts, "subject_id", tickets):
        ticket_id = tickets[row["subject_id"]]
        if row["rate"] == "recurrence" and (ticket_id not in found or row["day"] > found[ticket_id].day):
            found[ticket_id] = Evidence(**{name: row[name] for name in (*KEY, "number", "day")})
    return found


def fallen(tx: Tx, case_id: str) -> tuple[list[Mapping[Any, Any]], int]:
    """The evidence that no longer stands, for its fact is gone, turned or excluded; and how much stands."""
    rows = tx.rows(evidence, case_id=case_id)
    about = {row["subject_id"] for row in rows if row["hit"] is not None}
    now = {_at(row): row["hit"] for row in tx.rows_among(facts, "subject_id", about)}
    for row in tx.rows_among(exclusions, "subject_id", about):
        now.pop(_at(row), None)
    gone: list[Mapping[Any, Any]] = [row for row in rows if row["hit"] is not None and now.get(_at(row)) != row["hit"]]
    return gone, len(rows) - len(gone)


def first_evidence(tx: Tx, case_id: str, most: int) -> tuple[list[RowMapping], int]:
    """So much of a case's evidence, the oldest first, and how much there is."""
    mine = evidence.c.case_id == case_id
    found = tx.all(tx.select(evidence).where(mine).order_by(evidence.c.day, evidence.c.rate, evidence.c.subject_id).limit(most))
    row = tx.one(tx.select(evidence, func.count().label("count")).where(mine))
    return found, int(row["count"]) if row else 0


def add_evidence(tx: Tx, row: Mapping[Any, Any], case_id: str, ground: StrEnum, found: Sequence[Evidence]) -> None:
    """Keep what is new of the evidence of a supervision or a finding."""
    same = {name: row[name] for name in ("tenant_id", "handling_tenant_id")} | {"case_id": case_id, "ground": ground.value}
    names = (*KEY, "number", "day", "said", "hit")
    tx.insert_many(evidence, [{**same, **{name: getattr(each, name) for name in names}} for each in found])


def drop_evidence(tx: Tx, rows: Iterable[Mapping[Any, Any]]) -> None:
    """It may become evidence again."""
    for row in rows:
        tx.drop(evidence, **{name: row[name] for name in ("tenant_id", "ground", *KEY)})


def is_evidence(tx: Tx, ground: StrEnum, each: Evidence) -> bool:
    """Whether it was evidence of this ground before."""
    key = {name: getattr(each, name) for name in KEY}
    return tx.row(evidence, tenant_id=tx.by.tenant_id, ground=ground.value, **key) is not None


def last_issued(tx: Tx, ground: Ground, since: dt.datetime) -> dict[str, dt.datetime]:
    """When each unit was last issued a supervision of this ground, of those since an instant."""
    mine = (supervisions.c.tenant_id == tx.by.tenant_id) & (supervisions.c.ground == ground.value)
    newest = func.max(supervisions.c.issued_at).label("issued_at")
    rows = tx.all(select(supervisions.c.unit_id, newest).where(mine, supervisions.c.issued_at >= since).group_by(supervisions.c.unit_id))
    return {row["unit_id"]: row["issued_at"] for row in rows}


def next_count(tx: Tx, year: int) -> int:
    """Of the tenant's supervisions of a year, counted from 1."""
    key: dict[str, Any] = {"tenant_id": tx.by.tenant_id, "year": year}
    tx.insert_missing(supervision_numbers, ("tenant_id", "year"), [{**key, "count": 0}])
    row = tx.row(supervision_numbers, lock=True, **key)
    count = (row["count"] if row else 0) + 1
    tx.change(supervision_numbers, key, {"count": count})
    return count


def not_looked_at(tx: Tx, day: str) -> list[str]:
    """Tenants whose facts were not looked at through this day. For `store.read_across` alone."""
    behind = supervision_days.c.day.is_(None) | (supervision_days.c.day < day)
    joined = tenants.outerjoin(supervision_days, supervision_days.c.tenant_id == tenants.c.tenant_id)
    return [row["tenant_id"] for row in tx.all(select(tenants.c.tenant_id).select_from(joined).where(behind).order_by(tenants.c.tenant_id))]


def take_day(tx: Tx, day: str) -> bool:
    """Whether the tenant's facts are still to be looked at through this day; from now on they were."""
    key = {"tenant_id": tx.by.tenant_id}
    tx.insert_missing(supervision_days, ("tenant_id",), [{**key, "day": ""}])
    row = tx.row(supervision_days, lock=True, **key)
    if row is None or row["day"] >= day:
        return False
    return tx.changed(supervision_days, key, {"day": day}) == 1


def _at(row: Mapping[Any, Any]) -> tuple[str, str, int]:
    return row["rate"], row["subject_id"], row["round"]
