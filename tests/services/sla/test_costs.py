"""A tick costs what is due, a list what it shows, whatever else is open."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from chassis.clock import SetClock
from chassis.store import Store
from regulation.terms import Kind
from services.sla import actions
from services.sla.store import orders
from tests.harness import OpenStore
from tests.services.sla.looking import statements
from tests.services.sla.stories import BEGIN, DAY
from tests.services.sla.stories import clock as date
from tests.services.sla.telling import order, take

HANDLE = date(Kind.HANDLE, BEGIN)


@pytest.fixture
def store(store_for: OpenStore, clock: SetClock) -> Store:
    clock.set(BEGIN)
    return store_for("sla")


def test_a_tick_costs_what_is_due_and_not_what_is_open(store: Store, clock: SetClock) -> None:
    take(store, order("due-1", HANDLE, at=BEGIN))
    clock.set(BEGIN + 4 * DAY)
    with statements(store) as among_few:
        assert actions.turn_lights(store) == 1
    for number in range(60):
        take(store, order(f"open-{number}", date(Kind.HANDLE, BEGIN + 3 * DAY), at=BEGIN))
    take(store, order("due-2", HANDLE, at=BEGIN))
    with statements(store) as among_many:
        assert actions.turn_lights(store) == 1
    assert len(among_many) == len(among_few)
    with statements(store) as idle:
        assert actions.turn_lights(store) == 0
    assert len(idle) == 1


def test_finding_what_is_due_reads_the_index(store: Store, clock: SetClock) -> None:
    if not store.is_sqlite:
        pytest.skip("PostgreSQL plans by size; the index is the same")
    statement = select(orders.c.order_id).where(orders.c.next_at <= clock.now()).order_by(orders.c.next_at, orders.c.order_id).limit(500)
    with store.engine.connect() as connection:
        compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"explain query plan {compiled}").all()
    assert [row[-1] for row in plan] == ["SEARCH orders USING COVERING INDEX ix_orders_due (next_at<?)"]


def test_taking_in_a_snapshot_costs_the_same_however_many_orders_there_are(store: Store) -> None:
    costs = []
    for number in range(3):
        with statements(store) as asked:
            take(store, order(f"o-{number}", HANDLE, at=BEGIN))
        costs.append(len(asked))
    assert len(set(costs)) == 1
    with statements(store) as again:
        take(store, order("o-1", HANDLE, at=BEGIN))
    assert len([each for each in again if not each.upper().startswith("SELECT")]) == 0
