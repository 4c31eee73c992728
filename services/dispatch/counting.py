"""What dispatch counts: every verb, whose date it missed (11, 13, 16), and what is open, measured from the store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from chassis.counting import DISTRICT, TENANT, Level, Tally, counted, know
from chassis.store import Store, Tx
from regulation.deadlines import Kind
from services.dispatch.lifecycle import OPEN, Verb
from services.dispatch.rules.order import Clock, ClockState, Order
from services.dispatch.store.tables import coordinations, orders
from services.dispatch.store.told import tenants

OPENED = "open"
LATE = ("no", "yes")
ROLES = ("lead", "assisting")
STATES = sorted(OPEN)
# What a unit may have asked of the hub; empty: nothing.
ASKED = ("return", "extension", "progress_report")
STEPS = Tally("hotline_order_steps", "Verbs done to orders; late: by it a date was missed", DISTRICT, verb=[OPENED, *Verb], late=LATE)
MISSED = Tally(
    "hotline_dates_missed", "Dates that were met too late, by the clause that sets them", DISTRICT, kind=[*Kind], role=ROLES
)  # fmt: skip
OPEN_ORDERS = Level("hotline_orders_open", "Orders that have not ended", DISTRICT, state=STATES)
UNDISPATCHED = Level("hotline_orders_undispatched_overdue", "Orders that wait for dispatch past their date (11(2))", TENANT)
ASKING = Level("hotline_requests_undecided", "Requests that wait for the hub (11(4), 11(6), 11(7))", TENANT, kind=ASKED, late=LATE)
COORDINATING = Level("hotline_coordinations_open", "Coordination cases that are not decided (16)", TENANT)


def count_step(tx: Tx, verb: str, before: Order | None, after: Order, *, late: bool) -> None:
    """A verb, and the dates that it met too late: the hub's own and those of assisting units too."""
    where = after.tenant_id, after.handling_tenant_id
    STEPS.add(tx, where, verb=verb, late=LATE[late])
    known = {each.key for each in before.clocks if _missed(each)} if before else set()
    for clock in after.clocks:
        if _missed(clock) and clock.key not in known:
            MISSED.add(tx, where, kind=clock.kind, role=ROLES[bool(clock.assisting)])


def measure(store: Store) -> None:
    """Count what is open, across tenants, by the index of open orders."""
    know_tenants(store)
    rows = store.read_across(lambda tx: tx.kept("orders open", _open, now=tx.now))
    OPEN_ORDERS.put(counted(rows, "tenant_id", "handling_tenant_id", "state"))
    UNDISPATCHED.put(counted([row for row in rows if row["undispatched"]], "tenant_id"))
    ASKING.put(counted([row for row in rows if row["pending"]], "tenant_id", "pending", "late"))
    COORDINATING.put(counted(store.read_across(lambda tx: tx.kept("cases open", _cases)), "tenant_id"))


def know_tenants(store: Store) -> None:
    """Have the series of every tenant."""
    rows = store.read_across(lambda tx: tx.kept("tenants", lambda: select(tenants.c.tenant_id, tenants.c.parent_tenant_id)))
    know((row["tenant_id"], row["parent_tenant_id"]) for row in rows)


def _open() -> Select[Any]:
    own = orders.c
    now = bindparam("now", type_=own.due_at.type)
    undispatched = case(((own.state == "pending") & (own.due_at < now), 1), else_=0)
    late = case((own.decide_by < now, LATE[True]), else_=LATE[False])
    columns = [own.tenant_id, own.handling_tenant_id, own.state, own.pending, undispatched.label("undispatched"), late.label("late")]
    return select(*columns, func.count().label("n")).where(own.closed_at.is_(None)).group_by(*columns)


def _cases() -> Select[Any]:
    own = coordinations.c
    return select(own.tenant_id, func.count().label("n")).where(own.closed_at.is_(None)).group_by(own.tenant_id)


def _missed(clock: Clock) -> bool:
    return clock.state is ClockState.STOPPED and clock.late
