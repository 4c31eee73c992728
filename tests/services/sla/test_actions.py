"""Lights and urgings through the store: once each, in order, whatever becomes of the process."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from chassis import journal
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.store import Store, Tx
from hotline.sla.v1 import events_pb2 as events
from hotline.ticket.v1 import ticket_pb2 as ticket
from regulation.terms import Kind
from services.sla import actions, rows
from services.sla.keeping import version_at
from services.sla.rules.clocks import Key, State
from services.sla.rules.turning import turn
from services.sla.store import orders, turns, urgings
from tests.harness import OpenStore
from tests.services.sla.looking import lit, rows_of, told
from tests.services.sla.stories import BEGIN, DAY, FACTS, HOUR, Life
from tests.services.sla.stories import clock as date
from tests.services.sla.telling import order, take

HANDLE = date(Kind.HANDLE, BEGIN)
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(store_for: OpenStore, clock: SetClock) -> Store:
    clock.set(BEGIN)
    return store_for("sla")


def test_lights_and_urging_fire_at_their_instants_and_never_again(store: Store, clock: SetClock) -> None:
    take(store, order("o-1", HANDLE, at=BEGIN))
    yellow_at, red_at = HANDLE.deadline.yellow_at, HANDLE.deadline.red_at
    assert yellow_at is not None
    assert red_at is not None
    for instant, lights in (
        (yellow_at - SECOND, []),
        (yellow_at, [("o-1", "YELLOW", yellow_at)]),
        (red_at - SECOND, [("o-1", "YELLOW", yellow_at)]),
        (red_at, [("o-1", "RED", red_at), ("o-1", "YELLOW", yellow_at)]),
        (red_at + DAY, [("o-1", "RED", red_at), ("o-1", "YELLOW", yellow_at)]),
    ):
        clock.set(instant)
        actions.turn_lights(store)
        actions.turn_lights(store)
        assert lit(store) == lights
    (urging,) = rows_of(store, urgings)
    assert (urging["at"], urging["deadline_at"], urging["unit_id"], urging["article"]) == (
        red_at,
        HANDLE.deadline.deadline_at,
        "water",
        "12",
    )
    turned_yellow, turned_red, issued = told(store)
    assert turned_yellow.version < turned_red.version
    assert (turned_yellow.light, turned_red.light) == (
        ticket.LIGHT_YELLOW,
        ticket.LIGHT_RED,
    )
    assert (issued.urging_id, issued.ticket_id, issued.kind) == (urging["urging_id"], "ticket-of-o-1", ticket.DEADLINE_KIND_HANDLE)
    assert rows_of(store, orders)[0]["next_at"] is None


def test_lead_and_assisting_unit_are_urged_each_for_its_own_date(store: Store, clock: SetClock) -> None:
    theirs = replace(HANDLE, key=Key(1, Kind.HANDLE, 1, "roads"), unit_id="roads")
    take(store, order("o-1", HANDLE, theirs, at=BEGIN))
    assert HANDLE.deadline.red_at is not None
    clock.set(HANDLE.deadline.red_at)
    actions.turn_lights(store)
    actions.turn_lights(store)
    urged = sorted((each["unit_id"], each["assisting"]) for each in rows_of(store, urgings))
    assert urged == [("roads", "roads"), ("water", "")]
    assert len({each["urging_id"] for each in rows_of(store, urgings)}) == 2
    lit_by = [each for each in told(store) if isinstance(each, events.LightTurned) and each.light == ticket.LIGHT_RED]
    assert {each.unit_id for each in lit_by} == {"roads", "water"}
    assert len(rows_of(store, turns)) == 4


def test_a_process_that_slept_tells_everything_in_the_order_of_the_law(
    store: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through batches too: three orders to a batch, while the lights of one order lie days apart."""
    monkeypatch.setattr(actions, "BATCH", 3)
    for number in range(7):
        at = BEGIN + number * 13 * HOUR
        take(store, order(f"o-{number}", date(Kind.HANDLE, at), at=at))
    clock.set(BEGIN + 30 * DAY)
    actions.turn_lights(store)
    instants = [each.at.ToDatetime() for each in told(store) if isinstance(each, events.LightTurned)]
    assert len(instants) == 14
    assert instants == sorted(instants)
    noticed = {row["noticed_at"] for row in rows_of(store, turns)}
    assert noticed == {BEGIN + 30 * DAY}


def test_every_turn_and_urging_is_journalled_with_its_article(store: Store, clock: SetClock) -> None:
    take(store, order("o-1", date(Kind.FIRST_REPORT, BEGIN), date(Kind.RESULT, BEGIN), at=BEGIN))
    clock.set(BEGIN + 10 * DAY)
    actions.turn_lights(store)

    class Everything:
        size, token = 200, ""

    steps, _ = store.read(Caller.timer("sla", "zibo"), lambda tx: journal.entries(tx, "ticket-of-o-1", Everything()))
    assert [(step.verb, step.article, step.by_kind) for step in steps] == [
        ("turn_light", "13", "timer"),
        ("issue_urging", "13", "timer"),
        ("turn_light", "12", "timer"),
        ("turn_light", "13", "timer"),
        ("issue_urging", "13", "timer"),
    ]
    assert journal.verify(store) == []


def test_an_extension_starts_fresh_lights_and_the_light_goes_back(store: Store, clock: SetClock) -> None:
    life = Life()
    life.dispatch()
    take(store, *life.told)
    life.wait(24 * 4 + 1)
    clock.set(life.now)
    actions.turn_lights(store)
    life.ask()
    life.wait(24)
    life.extend()
    take(store, *life.told)
    clock.set(life.now)
    actions.turn_lights(store)
    last = told(store)[-1]
    assert (last.light, last.order_light, last.kind, last.deadline_version, last.version) == (
        ticket.LIGHT_NONE, ticket.LIGHT_NONE, ticket.DEADLINE_KIND_EXTENSION, 2, version_at(life.now, 2),
    )  # fmt: skip
    assert [row["voided_at"] for row in rows_of(store, turns)] == [None, None]
    assert [(row["light"], row["lit"]) for row in rows_of(store, turns)] == [("YELLOW", True), ("NONE", False)]


def test_a_void_round_marks_its_urging_void_and_the_light_goes_back(store: Store, clock: SetClock) -> None:
    life = Life()
    life.dispatch()
    take(store, *life.told)
    life.wait(24 * 7)
    clock.set(life.now)
    actions.turn_lights(store)
    life.give_back()
    take(store, *life.told)
    clock.set(life.now + HOUR)
    actions.turn_lights(store)
    (urging,) = rows_of(store, urgings)
    assert urging["voided_at"] == life.now + HOUR
    assert urging["void_reason"] == "该期限已作废，催办失去依据"
    voided = [each for each in told(store) if isinstance(each, events.UrgingVoided)]
    assert [(each.urging_id, each.version) for each in voided] == [(urging["urging_id"], version_at(urging["voided_at"], 3))]
    turned = [each for each in told(store) if isinstance(each, events.LightTurned)]
    assert [each.light for each in turned] == [ticket.LIGHT_YELLOW, ticket.LIGHT_RED, ticket.LIGHT_NONE]
    assert turned[-1].at.ToDatetime() == life.now.replace(tzinfo=None)
    assert rows_of(store, orders)[0]["light"] == "NONE"


def test_an_urging_voided_for_news_that_came_late_is_issued_again_under_its_own_id(store: Store, clock: SetClock) -> None:
    take(store, order("o-1", HANDLE, at=BEGIN))
    clock.set(BEGIN + 8 * DAY)
    actions.turn_lights(store)
    held = replace(HANDLE, state=State.HELD, held_at=BEGIN + 2 * DAY)
    take(store, order("o-1", held, at=BEGIN + 2 * DAY, version=2))
    actions.turn_lights(store)
    (urging,) = rows_of(store, urgings)
    assert urging["voided_at"] is not None
    take(store, order("o-1", HANDLE, at=BEGIN + 8 * DAY, version=3))
    actions.turn_lights(store)
    (again,) = rows_of(store, urgings)
    assert (again["urging_id"], again["voided_at"], again["void_reason"]) == (urging["urging_id"], None, None)
    assert [type(each).__name__ for each in told(store) if not isinstance(each, events.LightTurned)] == [
        "UrgingIssued", "UrgingVoided", "UrgingIssued",
    ]  # fmt: skip
    assert len(lit(store)) == 2


def test_replicas_side_by_side_never_turn_twice(store: Store, clock: SetClock) -> None:
    for number in range(40):
        take(store, order(f"o-{number}", HANDLE, at=BEGIN))
    clock.set(BEGIN + 30 * DAY)
    together = Barrier(4)

    def tick() -> None:
        together.wait()
        actions.turn_lights(store)

    replicas = [Thread(target=tick) for _ in range(4)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()
    assert len(lit(store)) == 80
    assert len(rows_of(store, urgings)) == 40
    assert len(told(store)) == 120


def test_a_replica_passes_over_what_another_has_in_hand(store: Store, clock: SetClock) -> None:
    if store.is_sqlite:
        pytest.skip("SQLite has one writer: there is nothing to pass over")
    take(store, order("o-1", HANDLE, at=BEGIN), order("o-2", HANDLE, at=BEGIN))
    clock.set(BEGIN + 30 * DAY)

    def hold(tx: Tx) -> None:
        assert set(rows.claim(tx, ["o-1"])) == {"o-1"}
        assert actions.turn_lights(store) == 1

    store.write(Caller.timer("sla", "zibo"), hold)
    assert {order_id for order_id, _, _ in lit(store)} == {"o-2"}
    assert actions.turn_lights(store) == 1
    assert len(lit(store)) == 4


def test_a_crash_between_instant_and_commit_loses_nothing(store: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    take(store, order("o-1", HANDLE, at=BEGIN))
    clock.set(BEGIN + 30 * DAY)
    with monkeypatch.context() as patch:
        patch.setattr("services.sla.keeping.keep", _crash)
        assert actions.turn_lights(store) == 0
    assert (lit(store), rows_of(store, urgings), told(store)) == ([], [], [])
    assert actions.turn_lights(store) == 1
    assert len(lit(store)) == 2


def _crash(*_: object) -> None:
    raise MemoryError


def test_one_order_that_fails_does_not_hold_up_the_others(store: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("o-1", "o-2", "o-3"):
        take(store, order(name, HANDLE, at=BEGIN))
    clock.set(BEGIN + 30 * DAY)

    def poisoned(each: Any, *rest: Any) -> Any:
        if each.order_id == "o-2":
            raise ValueError
        return turn(each, *rest)

    monkeypatch.setattr("services.sla.actions.turn", poisoned)
    assert actions.turn_lights(store) == 2
    assert {order_id for order_id, _, _ in lit(store)} == {"o-1", "o-3"}


def test_a_district_works_on_the_citys_order_and_sees_its_lights(store: Store, clock: SetClock) -> None:
    handled = replace(FACTS, handling_tenant_id="zhangdian")
    take(store, order("o-1", HANDLE, at=BEGIN, facts=handled))
    clock.set(BEGIN + 30 * DAY)
    actions.turn_lights(store)
    for tenant, seen in (("zhangdian", 2), ("zibo", 2), ("linzi", 0)):
        assert len(store.read(Caller.timer("sla", tenant), lambda tx: tx.all(tx.select(turns)))) == seen
