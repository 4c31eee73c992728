"""Facts as rows, and the daily sums beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.store import Tx
from services.assessment.rules.rates import Fact
from services.assessment.store.tables import facts, sums

Key = tuple[str, int, str]
TENANT, UNIT, CATEGORY = "tenant", "unit", "category"


@dataclass(frozen=True, slots=True)
class Subject:
    """What facts are about: an order, or an upkeep."""

    subject_id: str
    tenant_id: str
    number: str
    category: str


def replace_facts(tx: Tx, subjects: Sequence[Subject], found: Mapping[str, Sequence[Fact]]) -> None:
    """These are the facts of these subjects; the sums follow. One question and a few statements, however many they are."""
    about = {subject.subject_id: subject for subject in subjects}
    known = {_key(row): row for row in tx.rows_among(facts, "subject_id", about)}
    wanted = {fact.key: _row(fact, about[subject_id]) for subject_id, each in found.items() for fact in each}
    fresh = [row for key, row in wanted.items() if key not in known]
    gone = [row for key, row in known.items() if key not in wanted]
    moved = [key for key, row in wanted.items() if key in known and any(known[key][name] != value for name, value in row.items())]
    for row in gone:
        tx.drop(facts, **_equal(row))
    for key in moved:
        tx.change(facts, _equal(known[key]), wanted[key])
    tx.insert_many(facts, fresh)
    add_up(tx, [*fresh, *(wanted[key] for key in moved)], [*gone, *(known[key] for key in moved)])


def add_up(tx: Tx, came: Iterable[Mapping[Any, Any]], went: Iterable[Mapping[Any, Any]] = ()) -> None:
    """Add facts to the sums, and take others away."""
    changes: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    handled: dict[tuple[str, ...], str | None] = {}
    for rows, sign in ((came, 1), (went, -1)):
        for row in rows:
            for kind, key in places(row["unit_id"], row["category"]):
                at = (row["tenant_id"], kind, key, row["rate"], row["day"])
                changes[at][0] += sign
                changes[at][1] += sign * row["hit"]
                handled[at] = row["handling_tenant_id"] if kind == UNIT else None
    names = ("tenant_id", "kind", "key", "rate", "day")
    added = [
        {**dict(zip(names, at, strict=True)), "handling_tenant_id": handled[at], "counted": counted, "hits": hits}
        for at, (counted, hits) in changes.items()
        if (counted, hits) != (0, 0)
    ]
    tx.add(sums, names, ("counted", "hits"), added)


def places(unit_id: str, category: str) -> list[tuple[str, str]]:
    """The sums a fact belongs to: the tenant's, the unit's, and those of its category and what lies above that."""
    parts = category.split(".") if category else []
    return [(TENANT, ""), (UNIT, unit_id), *((CATEGORY, ".".join(parts[: count + 1])) for count in range(len(parts)))]


def _equal(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("subject_id", "round", "rate")}


def _key(row: Mapping[Any, Any]) -> Key:
    return row["subject_id"], row["round"], row["rate"]


def _row(fact: Fact, subject: Subject) -> dict[str, Any]:
    return {
        "subject_id": fact.subject_id,
        "round": fact.round,
        "rate": fact.rate,
        "tenant_id": subject.tenant_id,
        "handling_tenant_id": fact.handling_tenant_id or None,
        "number": subject.number,
        "unit_id": fact.unit_id,
        "category": subject.category,
        "day": fact.day.isoformat(),
        "hit": fact.hit,
    }
