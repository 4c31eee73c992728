"""What sla counts (Art. 12, 13): lights and urgings as they come, and the dates that run, measured from the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prometheus_client import Gauge, Histogram
from sqlalchemy import Select, bindparam, case, func, select

from chassis.counting import DISTRICT, Level, Tally, counted
from chassis.store import Store, Tx
from regulation.terms import Kind, Light
from services.sla.rules.orders import Facts, Order
from services.sla.rules.turning import Turned
from services.sla.store import clocks, orders

KINDS = [kind.value for kind in Kind]
LIT = [light.name.lower() for light in (Light.YELLOW, Light.RED)]
# Of whom the date is: the unit that leads, or one that assists (16).
ROLES = ("lead", "assisting")
TURNED = Tally("hotline_lights_turned", "Lights that went up (Art. 12, 13)", DISTRICT, kind=KINDS, light=LIT, role=ROLES)
URGED = Tally("hotline_urgings_issued", "Urgings (催办单) issued (Art. 12, 13)", DISTRICT, kind=KINDS)
VOIDED = Tally("hotline_urgings_voided", "Urgings whose ground fell away", DISTRICT, kind=KINDS)
RUNNING = Level("hotline_dates_running", "Dates that run, by their light", DISTRICT, kind=KINDS, role=ROLES, light=["none", *LIT])
OVERDUE = Level("hotline_dates_overdue", "Dates that run and are past", DISTRICT, kind=KINDS, role=ROLES)
DUE = Gauge("hotline_lights_due_seconds", "For how long the oldest light that is due has not been turned")
DELAY = Histogram(
    "hotline_light_delay_seconds", "From when a light could turn by what was known, to when it did",
    buckets=(1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 86400),
)  # fmt: skip


def count_turns(tx: Tx, steps: Sequence[tuple[Turned, Order]]) -> None:
    """Lights that went up because their instant came, and the urgings with them; one that had to wait for news is late from then."""
    for turned, order in steps:
        if turned.lit:
            where, kind = _where(order.facts), turned.clock.key.kind.value
            TURNED.add(tx, where, kind=kind, light=turned.clock.light.name.lower(), role=ROLES[bool(turned.clock.key.assisting)])
            if turned.urges:
                URGED.add(tx, where, kind=kind)
            delay = (tx.now - max(turned.at, order.newest.at)).total_seconds()
            tx.after_commit(lambda delay=delay: DELAY.observe(delay))  # type: ignore[misc]  # bound here


def count_void(tx: Tx, facts: Facts, kind: Kind) -> None:
    """An urging's ground fell away."""
    VOIDED.add(tx, _where(facts), kind=kind.value)


def measure(store: Store) -> None:
    """Count what runs, across tenants, by the index of open dates."""
    found = store.read_across(lambda tx: tx.kept("dates running", _running, now=tx.now))
    rows = [_labelled(row) for row in found]
    RUNNING.put(counted(rows, "tenant_id", "handling_tenant_id", "kind", "role", "light"))
    OVERDUE.put(counted([row for row in rows if row["overdue"]], "tenant_id", "handling_tenant_id", "kind", "role"))
    DUE.set(store.read_across(_due_seconds))


def _running() -> Select[Any]:
    own = clocks.c
    overdue = case((own.deadline_at < bindparam("now", type_=own.deadline_at.type), 1), else_=0)
    assists = case((own.assisting != "", 1), else_=0)
    columns = [own.tenant_id, own.handling_tenant_id, own.kind, own.light, assists.label("assists"), overdue.label("overdue")]
    return select(*columns, func.count().label("n")).where(own.is_open).group_by(*columns)


def _labelled(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "kind": Kind[row["kind"]].value, "light": (row["light"] or "NONE").lower(), "role": ROLES[row["assists"]]}


def _due_seconds(tx: Tx) -> float:
    row = tx.one(select(orders.c.next_at).where(orders.c.next_at <= tx.now).order_by(orders.c.next_at).limit(1))
    return (tx.now - row["next_at"]).total_seconds() if row else 0.0


def _where(facts: Facts) -> tuple[str, str]:
    return facts.tenant_id, facts.handling_tenant_id
