"""What two do at the same moment: one tree, one administrator left, one use of a refresh token, no order overlooked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from chassis.caller import Caller
from chassis.store import Tx
from hotline.directory.v1 import events_pb2
from hotline.dispatch.v1 import events_pb2 as dispatch_pb2
from services.directory.actions.orders import note_orders
from tests.services.directory.small_city import CITY, PASSWORD, Refused, SmallCity

DEPARTMENT = events_pb2.UNIT_KIND_DEPARTMENT


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at once; answers what each gave or was refused with."""
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return act()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def codes(outcomes: list[Any]) -> list[str]:
    return sorted(outcome.code if isinstance(outcome, Refused) else "OK" for outcome in outcomes)


def test_two_moves_never_make_a_circle(city: SmallCity) -> None:
    for _ in range(5):
        versions = {unit: city.unit(unit).version for unit in ("water", "roads")}
        fields: dict[str, Any] = {"reason": "机构改革"}
        outcomes = together(
            partial(city.ask, "Unit.MoveUnit", unit_id="water", parent_id="roads", version=versions["water"], **fields),
            partial(city.ask, "Unit.MoveUnit", unit_id="roads", parent_id="water", version=versions["roads"], **fields),
        )
        assert codes(outcomes) == ["INVALID_ARGUMENT", "OK"]
        below = "water" if city.unit("water").parent_id == "roads" else "roads"
        city.edit("MoveUnit", below, parent_id="zibo-hub")


def test_two_units_never_get_one_name(city: SmallCity) -> None:
    fields: dict[str, Any] = {"name": "市园林局", "parent_id": "zibo-hub", "kind": DEPARTMENT, "reason": "新设"}
    outcomes = together(*[partial(city.ask, "Unit.AddUnit", **fields) for _ in range(4)])
    assert codes(outcomes) == ["INVALID_ARGUMENT"] * 3 + ["OK"]


def test_two_administrators_never_both_leave(city: SmallCity) -> None:
    fields: dict[str, Any] = {"unit_id": "water", "login": "second", "name": "乙", "roles": ["ROLE_TENANT_ADMIN"], "password": PASSWORD}
    second = city.ask("Person.AddPerson", **fields).person
    leave: dict[str, Any] = {"reason": "离职", "version": 1}
    outcomes = together(
        partial(city.ask, "Person.DeactivatePerson", person_id=second.person_id, **leave),
        partial(city.ask, "Person.DeactivatePerson", person_id=city.admin_ids[CITY], **leave),
    )
    assert codes(outcomes) == ["FAILED_PRECONDITION", "OK"]


def test_a_refresh_token_brought_by_many_at_once_is_good_once_and_then_for_nobody(city: SmallCity) -> None:
    token = city.log_in().tokens.refresh_token
    outcomes = together(*[partial(city.ask_unknown, "Session.RenewToken", refresh_token=token) for _ in range(6)])
    assert codes(outcomes) == ["OK"] + ["UNAUTHENTICATED"] * 5
    (good,) = (outcome for outcome in outcomes if not isinstance(outcome, Refused))
    assert codes(together(partial(city.ask_unknown, "Session.RenewToken", refresh_token=good.tokens.refresh_token))) == ["UNAUTHENTICATED"]


def test_guesses_made_at_once_are_all_counted(city: SmallCity) -> None:
    outcomes = together(*[partial(city.log_in, password="wrong-password-1") for _ in range(12)])
    assert codes(outcomes) == ["PERMISSION_DENIED"] * 7 + ["UNAUTHENTICATED"] * 5


def test_many_edits_of_one_version_change_it_once(city: SmallCity) -> None:
    outcomes = together(*[partial(city.edit, "RenameUnit", "water", name=f"第{number}局", version=1) for number in range(6)])
    assert codes(outcomes) == ["ABORTED"] * 5 + ["OK"]
    assert city.unit("water").version == 2


def test_an_order_that_comes_while_its_unit_is_closed_is_never_overlooked(city: SmallCity) -> None:
    for number in range(8):
        city.edit("BeginClosingUnit", "water")
        order = dispatch_pb2.OrderSnapshot(
            order_id=f"o{number}", tenant_id=CITY, unit_id="water", state=dispatch_pb2.ORDER_STATE_HANDLING, version=1
        )
        together(partial(city.edit, "CloseUnit", "water"), partial(note, city, order))
        held = city.ask("Unit.GetUnit", unit_id="water")
        assert held.open_orders == 1
        assert held.unit.state == events_pb2.UNIT_STATE_CLOSING
        order.state, order.version = dispatch_pb2.ORDER_STATE_CLOSED, 2
        note(city, order)
        city.edit("KeepUnit", "water")


def note(city: SmallCity, order: dispatch_pb2.OrderSnapshot) -> None:
    def hear(tx: Tx) -> None:
        note_orders(tx, [order])

    city.store.write(Caller.peer("dispatch", CITY), hear)
