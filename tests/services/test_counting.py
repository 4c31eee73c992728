"""What services count and measure: on both databases, under the role that may read what it measures; each effect once; labels bounded."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from prometheus_client import REGISTRY

from chassis.caller import Caller
from chassis.clock import SetClock
from regulation.terms import Kind
from services.sla.worker import SlaWorker
from tests.harness import OpenStore
from tests.services.dispatch.city import HANDLER, City, Serve
from tests.services.sla.stories import BEGIN, DAY
from tests.services.sla.stories import clock as date
from tests.services.sla.telling import event_of, order

MEASURING = ("assessment", "dispatch", "intake", "kb", "notify", "sla")
PEER = Caller.peer("dispatch", "zibo")
# As many as the code, the tenants, the providers: never an order, a unit, a ticket, a person.
LABELS = frozenset({
    "service", "listener", "type", "source", "tick", "outcome", "method", "code", "route", "role", "tenant", "district", "verb", "late",
    "kind", "light", "state", "channel", "urgent", "rate", "provider", "province", "verdict", "le", "door", "file",
})  # fmt: skip


def value(name: str, **labels: str) -> float:
    """What a series says; 0 where there is none yet."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize("service", MEASURING)
def test_what_a_service_measures_its_ticks_may_read(service: str, store_for: OpenStore) -> None:
    import_module(f"services.{service}.counting").measure(store_for(service))


def test_lights_and_urgings_are_counted_once_and_what_runs_is_measured(store_for: OpenStore, clock: SetClock) -> None:
    store, worker = store_for("sla"), SlaWorker()
    own = {"tenant": "zibo", "district": "", "kind": "11-3"}
    red, urged = {**own, "light": "red", "role": "lead"}, own
    before = value("hotline_lights_turned_total", **red), value("hotline_urgings_issued_total", **urged)
    event = event_of(order("o-1", date(Kind.HANDLE, BEGIN), at=BEGIN))
    store.write(PEER, lambda tx: worker.order_changed([event], tx))
    worker.measure(store)
    assert value("hotline_dates_running", **own, role="lead", light="none") == 1
    assert value("hotline_dates_overdue", **own, role="lead") == 0
    clock.set(BEGIN + 30 * DAY)
    worker.measure(store)
    assert value("hotline_lights_due_seconds") > timedelta(days=20).total_seconds()
    worker.turn_lights(store)
    worker.turn_lights(store)
    worker.measure(store)
    after = value("hotline_lights_turned_total", **red), value("hotline_urgings_issued_total", **urged)
    assert after == (before[0] + 1, before[1] + 1)
    assert value("hotline_dates_running", **own, role="lead", light="none") == 0
    assert value("hotline_dates_running", **red) == 1
    assert value("hotline_dates_overdue", **own, role="lead") == 1
    assert value("hotline_lights_due_seconds") == 0


def test_a_verb_is_counted_once_however_often_it_is_asked_for_and_late_where_it_missed_a_date(served: Serve) -> None:
    city = City(served("dispatch"))
    signed, missed = {"tenant": "zibo", "district": "", "verb": "sign_in", "late": "no"}, {"tenant": "zibo", "district": "", "kind": "11-3"}
    before = value("hotline_order_steps_total", **signed), value("hotline_dates_missed_total", **missed, role="lead")
    ordered = city.dispatched()
    for _ in range(2):
        handled = city.do("AssignmentService/SignIn", ordered, HANDLER, request_id="once")
    city.wait(days=30)
    city.reply(handled)
    after = value("hotline_order_steps_total", **signed), value("hotline_dates_missed_total", **missed, role="lead")
    assert after == (before[0] + 1, before[1] + 1)
    city.form()
    city.worker.measure(city.store)
    assert value("hotline_orders_open", tenant="zibo", district="", state="pending") == 1
    assert value("hotline_orders_open", tenant="zibo", district="", state="replied") == 1


def test_no_series_names_more_than_is_bounded() -> None:
    for service in (*MEASURING, "gateway"):
        import_module(f"services.{service}.{'watching' if service == 'gateway' else 'counting'}")
    import_module("services.provincial.link.telling")
    import_module("chassis.bus.metrics")
    metrics = [each for each in set(REGISTRY._names_to_collectors.values()) if getattr(each, "_name", "").startswith("hotline_")]
    assert len(metrics) > 40
    declared = {(each._name, label) for each in metrics for label in each._labelnames}  # type: ignore[attr-defined]  # prometheus_client's
    assert {pair for pair in declared if pair[1] not in LABELS} == set()
