"""Years of a city's orders, so that PostgreSQL plans as it will there. SQLite plans the same for few rows and for many."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table, text

from chassis.store import Tx
from chassis.store.engine import postgres_engine
from services.dispatch.store.tables import assists, clocks, orders
from tests.services.dispatch.city import SUPERVISOR, City

COPIES = 3000
UNITS = 300
# One in twenty is open still; one in ten belongs to the unit that asks.
OPEN, OWN = "nth % 20 = 0", "nth % 10 = 0"
ORDERS = {
    "order_id": "order_id || '-' || nth",
    "ticket_id": "ticket_id || '-' || nth",
    "number": "number || '-' || nth",
    "unit_id": f"case when {OWN} then unit_id else 'unit-' || nth % {UNITS} end",
    "formed_at": "formed_at - nth * interval '1 minute'",
    "due_at": "due_at - nth * interval '1 minute'",
    "since": "since - nth * interval '1 minute'",
    "state": f"case when {OPEN} then state else 'closed' end",
    "closed_at": f"case when {OPEN} then closed_at else formed_at end",
    "pending": f"case when {OPEN} then pending else '' end",
    "pending_since": f"case when {OPEN} then pending_since end",
    "decide_by": f"case when {OPEN} then decide_by end",
    "calendar_version": f"case when {OPEN} then 2 else 1 end",
}
CLOCKS = {"order_id": "order_id || '-' || nth", "deadline_at": "deadline_at - nth * interval '1 minute'", "late": "nth % 100 = 0"}

ASSISTS = {
    "order_id": "order_id || '-' || nth",
    "unit_id": f"case when {OWN} then unit_id else 'unit-' || nth % {UNITS} end",
    "due_at": "due_at - nth * interval '1 minute'",
    "contributed_at": f"case when {OPEN} then contributed_at else due_at end",
}


def crowd(city: City) -> None:
    """Copies of every order and clock there is, most of them closed long ago, and what the planner knows of them."""
    if city.store.is_sqlite:
        return
    city.store.write(SUPERVISOR, _copy)
    owner = postgres_engine(city.store.settings)
    with owner.begin() as connection:
        connection.execute(text("analyze orders, clocks, assists"))
    owner.dispose()


def _copy(tx: Tx) -> None:
    for table, changed in ((orders, ORDERS), (clocks, CLOCKS), (assists, ASSISTS)):
        tx.run(text(_copies(table, changed)))


def _copies(table: Table, changed: Mapping[str, str]) -> str:
    names = [column.name for column in table.c]
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return f"insert into {table.name} ({columns}) select {values} from {table.name}, generate_series(1, {COPIES}) nth"  # noqa: S608 - our own names
