"""What the worker hears and does by the clock."""

from __future__ import annotations

from datetime import timedelta

from google.protobuf.json_format import Parse
from sqlalchemy import RowMapping, select

from chassis.bus.marks import disagreements, ticks_of
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.stamps import stamp
from chassis.store import Store
from hotline.directory.v1 import events_pb2 as directory
from hotline.sla.v1.events_pb2 import JournalSealed
from regulation.terms import Kind
from services.sla.store import orders, turns
from services.sla.worker import SlaWorker
from tests.harness import OpenStore
from tests.services.sla.looking import rows_of
from tests.services.sla.stories import BEGIN, DAY
from tests.services.sla.stories import clock as date
from tests.services.sla.telling import event_of, order

PEER = Caller.peer("dispatch", "zibo")


def test_the_worker_hears_what_the_protos_say_it_is_told() -> None:
    assert disagreements("sla", SlaWorker()) == []
    assert {ticking.name for ticking in ticks_of(SlaWorker())} == {"turn_lights", "measure", "seal_days"}


def test_an_order_heard_of_twice_and_out_of_order_turns_its_lights_once(store_for: OpenStore, clock: SetClock) -> None:
    store, worker = store_for("sla"), SlaWorker()
    handle = date(Kind.HANDLE, BEGIN)
    told = [event_of(order("o-1", handle, at=BEGIN + number * DAY, version=number)) for number in (1, 2, 3)]
    for event in (told[2], told[0], told[2], told[1], told[0]):
        store.write(PEER, lambda tx, event=event: worker.order_changed([event], tx))  # type: ignore[misc]  # bound here
    (kept,) = rows_of(store, orders)
    assert [version for version, *_ in kept["seen"]] == [1, 2, 3]
    clock.set(BEGIN + 30 * DAY)
    worker.turn_lights(store)
    worker.turn_lights(store)
    assert [row["light"] for row in rows_of(store, turns)] == ["YELLOW", "RED"]


def test_keys_and_revocations_are_kept(store_for: OpenStore) -> None:
    store, worker = store_for("sla"), SlaWorker()
    key = directory.SigningKeyPublished(key_id="k-1", public_key="PEM", version=1)
    revoked = directory.TokensRevoked(subject="p-1", issued_before=stamp(BEGIN), version=1)
    store.write(PEER, lambda tx: worker.signing_key_published(key, tx))
    store.write(PEER, lambda tx: worker.tokens_revoked(revoked, tx))
    assert [row["key_id"] for row in _all(store, "token_keys")] == ["k-1"]
    assert [(row["subject"], row["issued_before"]) for row in _all(store, "revocations")] == [("p-1", BEGIN)]


def test_days_that_are_over_are_sealed_and_told(store_for: OpenStore, clock: SetClock) -> None:
    store, worker = store_for("sla"), SlaWorker()
    event = event_of(order("o-1", date(Kind.HANDLE, BEGIN), at=BEGIN))
    store.write(PEER, lambda tx: worker.order_changed([event], tx))
    clock.set(BEGIN + 30 * DAY)
    worker.turn_lights(store)
    for _ in range(3):
        clock.set(clock.now() + timedelta(days=1))
        worker.seal_days(store)
    seals = [Parse(row["payload"], JournalSealed()) for row in _all(store, "outbox") if row["type"] == JournalSealed.DESCRIPTOR.full_name]
    assert [(seal.tenant_id, seal.day, seal.entries) for seal in seals] == [("zibo", "2025-02-05", 3)]


def _all(store: Store, table: str) -> list[RowMapping]:
    wanted = select(store.tables[table])
    if table == "outbox":
        return store.read_across(lambda tx: tx.all(wanted))
    return store.read(PEER, lambda tx: tx.all(wanted))
