"""The inbox in one process, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from uuid_utils import uuid7

from chassis.bus import listens, retries
from chassis.bus.envelope import Envelope
from chassis.bus.inbox import Inbox
from chassis.bus.retries import TRIES
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.errors import Stale
from chassis.store import Store, Tx
from hotline.dispatch.v1.events_pb2 import OrderChanged
from tests.chassis.bus.town.folk import Town

TYPE = "hotline.dispatch.v1.OrderChanged"
AT = datetime(2025, 1, 6, tzinfo=UTC)


class Worker:
    """Counts how often it ran, also where that was rolled back."""

    def __init__(self) -> None:
        self.ran: Counter[str] = Counter()
        self.bad: dict[str, Exception] = {}

    @listens(OrderChanged)
    def order_changed(self, event: OrderChanged, tx: Tx) -> None:
        told = tx.told
        assert told is not None
        assert event.order.order_id == told.aggregate
        assert (told.source, told.at, told.version, told.tenant_id) == ("dispatch", AT, 7, "zibo")
        assert tx.by == Caller.peer("dispatch", "zibo")
        self.ran[told.aggregate] += 1
        tx.insert(tx.store.tables["seen"], event_id=told.event_id, aggregate=told.aggregate, trace="")
        if told.aggregate in self.bad:
            raise self.bad[told.aggregate]


class Clockwork:
    """Real time that stands until a test moves it."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._start = real_now()

    def __call__(self) -> datetime:
        return self._start + self.ahead


@pytest.fixture
def store(databases_town: Town) -> Store:
    return databases_town.stores["sla"]


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def inbox(store: Store, worker: Worker) -> Inbox:
    return Inbox(store, worker)


@pytest.fixture
def real_time(monkeypatch: pytest.MonkeyPatch) -> Clockwork:
    clockwork = Clockwork()
    monkeypatch.setattr(retries, "real_now", clockwork)
    return clockwork


def told(aggregate: str, type_name: str = TYPE, payload: dict[str, Any] | None = None) -> Envelope:
    body = {"order": {"orderId": aggregate}} if payload is None else payload
    return Envelope(str(uuid7()), type_name, "zibo", aggregate, 7, AT, "", body)


def seen(store: Store) -> Counter[str]:
    table = store.tables["seen"]
    rows = store.read(Caller.timer("sla", ""), lambda tx: tx.all(select(table)))
    return Counter(row["aggregate"] for row in rows)


def waiting(store: Store) -> list[dict[str, Any]]:
    table = store.tables["retries"]
    return [dict(row) for row in store.read(Caller.timer("sla", ""), lambda tx: tx.all(select(table)))]


def test_a_message_is_one_transaction(store: Store, inbox: Inbox, worker: Worker) -> None:
    inbox.take("dispatch", [told(f"order-{number}") for number in range(64)])
    assert len(seen(store)) == 64
    assert set(worker.ran.values()) == {1}


def test_what_came_before_is_skipped(store: Store, inbox: Inbox, worker: Worker) -> None:
    first, second, third = told("order-1"), told("order-2"), told("order-3")
    inbox.take("dispatch", [second, first])
    inbox.take("dispatch", [first, third, second])
    assert seen(store) == worker.ran == Counter(["order-1", "order-2", "order-3"])


@pytest.mark.parametrize("bad", [{0}, {63}, {0, 1, 2}, {5, 31, 32, 60}, set(range(64))])
def test_only_what_is_bad_by_itself_fails(store: Store, inbox: Inbox, worker: Worker, bad: set[int]) -> None:
    worker.bad = {f"order-{number}": ValueError("13800138000") for number in bad}
    inbox.take("dispatch", [told(f"order-{number}") for number in range(64)])
    assert seen(store) == Counter(f"order-{number}" for number in range(64) if number not in bad)
    rows = waiting(store)
    assert {row["told"]["aggregate"] for row in rows} == set(worker.bad)
    assert {(row["tries"], row["source"], row["tenant_id"], row["parked_at"]) for row in rows} == {(1, "dispatch", "zibo", None)}
    assert not any("138" in row["error"] for row in rows)
    assert all("ValueError" in row["error"] and "order_changed" in row["error"] for row in rows)


def test_a_redelivered_event_that_waits_is_not_run_again(store: Store, inbox: Inbox, worker: Worker) -> None:
    worker.bad = {"order-1": ValueError()}
    bad, good = told("order-1"), told("order-2")
    inbox.take("dispatch", [bad])
    inbox.take("dispatch", [bad, good])
    assert worker.ran["order-1"] == 1
    assert seen(store) == Counter(["order-2"])
    assert len(waiting(store)) == 1


def test_a_database_that_is_away_fails_the_message_not_the_event(store: Store, inbox: Inbox, worker: Worker) -> None:
    away = OperationalError("select", {}, Exception())
    worker.bad = {"order-2": away}
    events = [told(f"order-{number}") for number in range(4)]
    with pytest.raises(OperationalError):
        inbox.take("dispatch", events)
    assert seen(store) == Counter()
    assert waiting(store) == []
    worker.bad = {}
    inbox.take("dispatch", events)
    assert len(seen(store)) == 4


@pytest.mark.parametrize(
    "event",
    [
        told("order-1", "hotline.dispatch.v9.Unheard"),
        told("order-1", payload={"order": "neither"}),
        told("order-1", payload={"order": {"version": "words"}}),
    ],
)
def test_what_cannot_be_read_waits_with_the_others(store: Store, inbox: Inbox, event: Envelope) -> None:
    inbox.take("dispatch", [told("order-2"), event])
    assert seen(store) == Counter(["order-2"])
    assert [row["type"] for row in waiting(store)] == [event.type]


def test_fields_of_a_newer_source_are_passed_over(store: Store, inbox: Inbox) -> None:
    inbox.take("dispatch", [told("order-1", payload={"order": {"orderId": "order-1", "state": "ORDER_STATE_NEW", "new": 1}, "newer": {}})])
    assert seen(store) == Counter(["order-1"])


def test_tries_come_later_and_later_until_parked(store: Store, inbox: Inbox, worker: Worker, real_time: Clockwork) -> None:
    worker.bad = {"order-1": Stale("第 3 版已改")}
    inbox.take("dispatch", [told("order-1")])
    for tries in range(1, TRIES):
        assert waiting(store)[0]["tries"] == tries
        real_time.ahead += timedelta(seconds=2 ** (tries - 1) - 0.1)
        assert inbox.retry_due() == 0
        real_time.ahead += timedelta(seconds=0.1)
        assert inbox.retry_due() == 1
    [row] = waiting(store)
    assert (row["tries"], row["next_at"]) == (TRIES, None)
    assert row["parked_at"] is not None
    assert "Stale：第 3 版已改" in row["error"]
    assert worker.ran["order-1"] == TRIES
    real_time.ahead += timedelta(days=1)
    assert inbox.retry_due() == 0


def test_a_parked_event_that_is_sent_is_handled_once(store: Store, inbox: Inbox, worker: Worker, real_time: Clockwork) -> None:
    worker.bad = {"order-1": ValueError()}
    event = told("order-1")
    inbox.take("dispatch", [event])
    while not inbox.retries.parked():
        real_time.ahead += timedelta(minutes=5)
        inbox.retry_due()
    [parked] = inbox.retries.parked()
    assert "told" not in parked
    worker.bad = {}
    assert inbox.retries.send("0190a0a0-0000-7000-8000-000000000000") == 0
    assert inbox.retries.send(parked["event_id"]) == 1
    assert inbox.retries.counts() == (1, 0)
    assert inbox.retry_due() == 1
    assert seen(store) == Counter(["order-1"])
    assert waiting(store) == []
    inbox.take("dispatch", [event])
    assert seen(store) == Counter(["order-1"])


def test_a_retry_of_what_was_handled_meanwhile_only_goes_away(store: Store, inbox: Inbox, worker: Worker, real_time: Clockwork) -> None:
    """Two replicas had the same message: one failed, the other did not."""
    event = told("order-1")
    inbox.take("dispatch", [event])
    store.write(Caller.peer("dispatch", "zibo"), lambda tx: inbox.retries.add(tx, "dispatch", event, "…"))
    real_time.ahead += timedelta(seconds=2)
    assert inbox.retry_due() == 1
    assert waiting(store) == []
    assert worker.ran == Counter(["order-1"])
