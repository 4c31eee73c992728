"""What is saved is what is loaded, after any sequence of verbs; and what others told is kept in whatever order it came."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from chassis.bus.marks import heard_by
from chassis.caller import Caller
from chassis.store import Store, Tx
from hotline.directory.v1 import events_pb2 as directory
from regulation.policy import Policy
from services.dispatch.rules.order import Order
from services.dispatch.store import copies, orders
from services.dispatch.store.tables import orders as orders_table
from services.dispatch.store.tables import rounds
from services.dispatch.worker import DispatchWorker
from tests.harness import OpenStore
from tests.services.dispatch.orders import ORDINARY, Desk
from tests.services.dispatch.test_properties import Life

CITY = Caller.timer("dispatch", "zibo")


def test_an_order_is_loaded_as_it_was_saved_after_any_sequence_of_verbs(store_for: OpenStore) -> None:
    store, chance, kept = store_for("dispatch"), Random(12), {}
    desks: list[Desk] = []
    for number in range(6):
        life = Life(ORDINARY, urgent=number % 3 == 0)
        for _ in range(60):
            life.step(chance.getrandbits(32))
            if life.desk not in desks[-1:]:
                desks.append(life.desk)
            before, after = _named(life.before, len(desks)), _named(life.order, len(desks))
            kept[after.order_id] = store.write(CITY, partial(_save_and_load, before=before, after=after))
            assert kept[after.order_id] == _stored(after)
    assert store.read(CITY, lambda tx: len(tx.all(tx.select(rounds)))) > len(kept)


def _named(order: Order, number: int) -> Order:
    """An order of its own in the store, and its request too."""
    order_id, request = f"order-{number}", order.request
    named = replace(request, request_id=f"{request.request_id}-{number}", order_id=order_id) if request else None
    return replace(order, order_id=order_id, request=named)


def _save_and_load(tx: Tx, before: Order, after: Order) -> Order:
    if tx.one(tx.select(orders_table).where(orders_table.c.order_id == after.order_id)) is None:
        orders.add(tx, after, 0)
    else:
        orders.save(tx, before, after)
    return orders.load(tx, after.order_id)


def _stored(order: Order) -> Order:
    """What is loaded of an order: a request that was decided has become history; dates come by round and version."""
    in_order = tuple(sorted(order.clocks, key=lambda each: (each.round, each.version, each.kind, each.assisting)))
    return replace(order, request=order.pending, clocks=in_order)


def tell(store: Store, *events: directory.TenantChanged | directory.UnitChanged | directory.PersonChanged) -> None:
    heard = heard_by(DispatchWorker())
    for event in events:
        store.write(CITY, partial(heard[event.DESCRIPTOR.full_name].run, event))


def unit(unit_id: str, version: int, **facts: Any) -> directory.UnitChanged:
    told = {"name": unit_id, "tenant_id": "zibo", "state": directory.UNIT_STATE_OPEN, **facts}
    return directory.UnitChanged(unit_id=unit_id, version=version, **told)


def test_the_newest_of_what_was_told_counts(store_for: OpenStore) -> None:
    store = store_for("dispatch")
    tell(store, unit("b", 2, name="新名", parent_id="a"), unit("b", 1, name="旧名"), unit("a", 1, name="上级"))
    found = store.read(CITY, lambda tx: copies.unit_of(tx, "b"))
    assert found is not None
    assert (found.name, found.above, found.open) == ("新名", (("a", "上级"),), True)


def test_a_unit_that_closes_takes_no_order_and_names_its_successor(store_for: OpenStore) -> None:
    store = store_for("dispatch")
    tell(store, unit("a", 1, name="城管局"), unit("b", 1, state=directory.UNIT_STATE_CLOSING, successor_id="a"))
    found = store.read(CITY, lambda tx: copies.unit_of(tx, "b"))
    assert found is not None
    assert (found.open, found.successor) == (False, "城管局")


def test_only_active_accounts_are_a_units_staff(store_for: OpenStore) -> None:
    store = store_for("dispatch")
    people = [("p1", True, 1), ("p2", True, 1), ("p2", False, 2), ("p2", True, 1)]
    told = [directory.PersonChanged(person_id=p, tenant_id="zibo", unit_id="a", active=on, version=v) for p, on, v in people]
    tell(store, unit("a", 1), *told)
    found = store.read(CITY, lambda tx: copies.unit_of(tx, "a", frozenset({"p1"})))
    assert found is not None
    assert found.staff == frozenset({"p1"})


def test_a_tenants_policies_are_read_and_a_setting_that_cannot_be_is_left_out(store_for: OpenStore) -> None:
    store = store_for("dispatch")
    assert store.read(CITY, copies.standing).policy == Policy()
    told = directory.TenantChanged(tenant_id="zibo", policies={"cutoff": "17:30", "unheard_of": "1", "rework_days": "x"}, version=1)
    tell(store, told)
    assert store.read(CITY, copies.standing).policy == Policy(cutoff_minutes=17 * 60 + 30)
