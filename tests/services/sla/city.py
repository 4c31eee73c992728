"""A city of a few orders, served, and people of its roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chassis.caller import Caller
from chassis.clock import SetClock
from regulation.terms import Kind
from services.sla import actions
from services.sla.rules.clocks import State
from services.sla.rules.orders import Facts
from tests.harness import Served
from tests.services.sla.stories import BEGIN, DAY, FACTS
from tests.services.sla.stories import clock as date
from tests.services.sla.telling import order, take

SUPERVISOR = Caller("person", "p-1", "zibo", "hub", frozenset({"ROLE_SUPERVISOR"}), ("zibo", "zhangdian"))
DISPATCHER = Caller("person", "p-2", "zibo", "hub", frozenset({"ROLE_DISPATCHER"}))
HANDLER = Caller("person", "p-3", "zibo", "water", frozenset({"ROLE_HANDLER"}))
LEAD = Caller("person", "p-4", "zibo", "power", frozenset({"ROLE_UNIT_LEAD"}))
OPERATOR = Caller("person", "p-5", "zibo", "hub", frozenset({"ROLE_OPERATOR"}))
DISTRICT = Caller("person", "p-6", "zhangdian", "zd-hub", frozenset({"ROLE_DISPATCHER"}))
STRANGER = Caller("person", "p-7", "linzi", "lz-hub", frozenset({"ROLE_DISPATCHER"}))

HANDLE = date(Kind.HANDLE, BEGIN)
LATER = date(Kind.HANDLE, BEGIN + 2 * DAY)
POWER = replace(LATER, unit_id="power")
TOWN = replace(HANDLE, unit_id="town-1")


@pytest.fixture
def city(served: Callable[[str], Served], clock: SetClock) -> Served:
    """Five days on: one date red, one urgent one, some running, one answered, one of a district's own, one it handles."""
    clock.set(BEGIN)
    running = served("sla")
    first, result = date(Kind.FIRST_REPORT, BEGIN + 3 * DAY), date(Kind.RESULT, BEGIN + 3 * DAY, days=3)
    urgent = [replace(each, unit_id="power") for each in (first, result)]
    take(running.store, order("o-red", date(Kind.HANDLE, BEGIN, days=1), at=BEGIN))
    take(running.store, order("o-water", HANDLE, date(Kind.RETURN, BEGIN, days=9), at=BEGIN))
    take(running.store, order("o-power", POWER, at=BEGIN, facts=replace(FACTS, unit_id="power")))
    take(running.store, order("o-urgent", *urgent, at=BEGIN + 3 * DAY, facts=replace(FACTS, unit_id="power")))
    take(running.store, order("o-answered", replace(HANDLE, state=State.STOPPED, stopped_at=BEGIN + DAY), at=BEGIN + DAY))
    take(running.store, order("o-town", TOWN, at=BEGIN, facts=Facts("zhangdian", "", "", "FZ9", "town-1")))
    take(running.store, order("o-handled", replace(HANDLE, unit_id="zd"), at=BEGIN, facts=Facts("zibo", "zhangdian", "", "FZ8", "zd")))
    clock.set(BEGIN + 4 * DAY)
    actions.turn_lights(running.store)
    return running
