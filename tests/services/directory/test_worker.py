"""The worker as the bus sees it: what it hears, the day's seal, the sweep."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from prometheus_client import REGISTRY

from chassis import journal
from chassis.bus.envelope import Envelope
from chassis.bus.inbox import Inbox
from chassis.bus.marks import disagreements, ticks_of
from chassis.clock import SetClock
from hotline.dispatch.v1 import events_pb2 as dispatch_pb2
from services.directory.actions.signing import rotate_signing_key
from services.directory.worker import WORKER
from tests.harness import MORNING
from tests.services.directory.small_city import CITY, DISTRICT, SmallCity


def test_the_worker_hears_what_concerns_directory_and_nothing_else() -> None:
    assert not disagreements("directory", WORKER())
    assert {tick.name for tick in ticks_of(WORKER())} == {"seal_days", "sweep_sessions", "measure"}


def test_orders_told_twice_and_out_of_order_are_counted_once(city: SmallCity) -> None:
    told = [envelope(str(UUID(int=number)), f"o{number % 3}", version) for number, version in enumerate((1, 1, 1, 3, 2, 1))]
    closed = envelope(str(UUID(int=9)), "o0", 9, dispatch_pb2.ORDER_STATE_CLOSED)
    inbox = Inbox(city.store, WORKER())
    inbox.take("dispatch", [closed, *told])
    inbox.take("dispatch", told)
    assert city.ask("Unit.GetUnit", unit_id="water").open_orders == 2


def test_a_day_that_is_over_is_sealed_and_told_for_each_tenant(city: SmallCity, clock: SetClock) -> None:
    worker = WORKER()
    worker.seal_days(city.store)
    clock.set(MORNING + timedelta(days=1))
    worker.seal_days(city.store)
    worker.seal_days(city.store)
    sealed = {(each["tenantId"], each["day"]) for each in city.told("JournalSealed")}
    assert sealed == {(CITY, "2025-01-06"), (DISTRICT, "2025-01-06")}
    assert not journal.verify(city.store)


def test_the_sweep_leaves_what_is_young(city: SmallCity) -> None:
    city.log_in()
    before = city.rows()
    WORKER().sweep_sessions(city.store)
    assert city.rows() == before


def test_how_old_the_signing_key_is_is_measured(city: SmallCity) -> None:
    city.store.write(city.admin, rotate_signing_key)
    WORKER().measure(city.store)
    age = REGISTRY.get_sample_value("hotline_signing_key_age_seconds")
    assert age is not None
    assert -1 < age < 600


def envelope(event_id: str, order_id: str, version: int, state: int = dispatch_pb2.ORDER_STATE_HANDLING) -> Envelope:
    order = {
        "orderId": order_id,
        "tenantId": CITY,
        "unitId": "water",
        "state": dispatch_pb2.OrderState.Name(state),  # type: ignore[arg-type]  # an enum's number
        "version": str(version),
    }
    return Envelope(
        event_id=event_id,
        type="hotline.dispatch.v1.OrderChanged",
        tenant_id=CITY,
        aggregate=order_id,
        version=version,
        at=MORNING,
        trace="",
        payload={"order": order},
    )
