"""Art. 11(4), 11(7), 12, 13 on one date, reading by reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from regulation.terms import Kind, Light
from services.sla.rules.clocks import Clock, Key, State, article_of, schedule
from services.sla.rules.orders import Order, Snapshot, light_shown, take
from services.sla.rules.turning import Outcome, next_at, turn
from tests.services.sla.stories import BEGIN, DAY, FACTS, HOUR, clock

HANDLE = clock(Kind.HANDLE, BEGIN)
RESULT = clock(Kind.RESULT, BEGIN, days=3)
FIRST_REPORT = clock(Kind.FIRST_REPORT, BEGIN)
DUE, YELLOW, RED = BEGIN + 5 * DAY, BEGIN + 4 * DAY, BEGIN + 6 * DAY
TICK = timedelta(microseconds=1)


def snapshot(version: int, at: datetime, *dates: Clock, round_: int = 1) -> Snapshot:
    return Snapshot("order-1", FACTS, version, round_, at, dates)


def after(now: datetime, *snapshots: Snapshot) -> Outcome:
    order: Order | None = None
    for each in snapshots:
        order = take(order, each)
    assert order is not None
    return turn(order, now)


def lights(outcome: Outcome) -> list[tuple[Light, datetime]]:
    return [(each.clock.light, each.at) for each in outcome.turned]


@pytest.mark.parametrize(
    ("kind", "turns"),
    [
        (Kind.HANDLE, [(Light.YELLOW, YELLOW), (Light.RED, RED)]),
        (Kind.EXTENSION, [(Light.YELLOW, YELLOW), (Light.RED, RED)]),
        (Kind.PROMISE, [(Light.YELLOW, YELLOW), (Light.RED, RED)]),
        (Kind.REWORK, [(Light.YELLOW, YELLOW), (Light.RED, RED)]),
        (Kind.DEFICIENT, [(Light.YELLOW, YELLOW), (Light.RED, RED)]),
        (Kind.RESULT, [(Light.YELLOW, YELLOW), (Light.RED, DUE)]),
        (Kind.FIRST_REPORT, [(Light.RED, BEGIN + 2 * HOUR)]),
        (Kind.RETURN, []),
    ],
)
def test_each_kind_has_its_lights(kind: Kind, turns: list[tuple[Light, datetime]]) -> None:
    outcome = after(BEGIN + 30 * DAY, snapshot(1, BEGIN, clock(kind, BEGIN)))
    assert lights(outcome) == turns
    assert [each.urges for each in outcome.turned] == [light is Light.RED for light, _ in turns]


@pytest.mark.parametrize(("kind", "light", "code"), [
    (Kind.HANDLE, Light.YELLOW, "12"), (Kind.HANDLE, Light.RED, "12"),
    (Kind.RESULT, Light.YELLOW, "12"), (Kind.RESULT, Light.RED, "13"), (Kind.FIRST_REPORT, Light.RED, "13"),
])  # fmt: skip
def test_a_light_cites_its_article(kind: Kind, light: Light, code: str) -> None:
    assert article_of(clock(kind, BEGIN), light).code == code


def test_a_light_begins_at_its_instant_and_next_at_names_it() -> None:
    order = take(None, snapshot(1, BEGIN, HANDLE))
    assert (next_at(order, BEGIN), turn(order, YELLOW - TICK).turned) == (YELLOW, ())
    yellow = turn(order, YELLOW).order
    assert (yellow.light, next_at(yellow, YELLOW)) == (Light.YELLOW, RED)
    red = turn(yellow, RED).order
    assert (red.light, next_at(red, RED), turn(red, RED + DAY).turned) == (Light.RED, None, ())


def test_a_date_set_after_its_yellow_shows_it_at_once() -> None:
    late = replace(HANDLE, deadline=replace(HANDLE.deadline, yellow_at=BEGIN))
    assert lights(after(BEGIN, snapshot(1, BEGIN, late))) == [(Light.YELLOW, BEGIN)]


def test_held_red_and_urging_wait_while_yellow_goes() -> None:
    held = replace(HANDLE, state=State.HELD, held_at=BEGIN + DAY)
    outcome = after(RED + 9 * DAY, snapshot(1, BEGIN, HANDLE), snapshot(2, BEGIN + DAY, held))
    assert lights(outcome) == [(Light.YELLOW, YELLOW)]
    assert next_at(outcome.order, RED) is None


def test_refused_the_lights_missed_meanwhile_fire_at_once_with_their_own_instants() -> None:
    held = replace(HANDLE, state=State.HELD, held_at=BEGIN + DAY)
    told = [snapshot(1, BEGIN, HANDLE), snapshot(2, BEGIN + DAY, held), snapshot(3, RED + DAY, HANDLE)]
    assert lights(after(RED + DAY, *told)) == [(Light.YELLOW, YELLOW), (Light.RED, RED)]


def test_refused_after_a_late_reply_red_fires_and_after_a_timely_one_does_not() -> None:
    for replied_at, turned in ((RED + HOUR, [Light.YELLOW, Light.RED]), (RED - HOUR, [Light.YELLOW]), (YELLOW - HOUR, [])):
        held = replace(HANDLE, state=State.HELD, held_at=BEGIN, stopped_at=replied_at)
        refused = replace(HANDLE, state=State.STOPPED, stopped_at=replied_at)
        waiting = snapshot(2, replied_at, held)
        assert [light for light, _ in lights(after(RED + 2 * DAY, waiting))] == [each for each in turned if each is not Light.RED]
        assert [light for light, _ in lights(after(RED + 2 * DAY, waiting, snapshot(3, RED + DAY, refused)))] == turned


def test_granted_the_old_date_keeps_its_yellow_and_never_turns_red() -> None:
    held = replace(HANDLE, state=State.HELD, held_at=DUE)
    fresh = clock(Kind.EXTENSION, DUE, version=2, days=3)
    gone = replace(HANDLE, state=State.VOID)
    told = [snapshot(1, BEGIN, HANDLE), snapshot(2, DUE, held), snapshot(3, RED + HOUR, gone, fresh)]
    slept = after(RED + HOUR, *told)
    assert lights(slept) == [(Light.YELLOW, YELLOW)]
    assert (slept.turned[0].order_light, slept.order.light) == (Light.NONE, Light.NONE)
    assert next_at(slept.order, RED + HOUR) == fresh.deadline.yellow_at


@pytest.mark.parametrize("gone", [(), (replace(HANDLE, state=State.VOID),)])
def test_an_extended_date_goes_back_to_no_light_and_stands(gone: tuple[Clock, ...]) -> None:
    awake = turn(take(None, snapshot(1, BEGIN, HANDLE)), YELLOW).order
    fresh = clock(Kind.EXTENSION, DUE, version=2, days=3)
    outcome = turn(take(awake, snapshot(2, DUE, *gone, fresh)), DUE + HOUR)
    (back,) = outcome.turned
    assert (back.clock.key, back.clock.light, back.order_light, back.at, back.lit) == (fresh.key, Light.NONE, Light.NONE, DUE, False)
    assert outcome.lowered == ()


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_an_upgrade_takes_the_old_dates_place_and_what_fell_before_stands(order: tuple[int, ...]) -> None:
    fresh = replace(clock(Kind.RESULT, YELLOW + HOUR, version=2, days=1), key=Key(1, Kind.RESULT, 2))
    told = [snapshot(1, BEGIN, HANDLE), snapshot(2, YELLOW + HOUR, replace(HANDLE, state=State.VOID), fresh)]
    outcome = after(YELLOW + 2 * HOUR, *(told[number] for number in order))
    assert outcome.order.clocks[HANDLE.key].replaced_at == YELLOW + HOUR
    assert (Light.YELLOW, YELLOW) in lights(outcome)
    assert outcome.lowered == ()


def test_an_assisting_units_lights_are_its_own_and_turn_no_orders() -> None:
    theirs = replace(HANDLE, key=Key(1, Kind.HANDLE, 1, "roads"), unit_id="roads")
    outcome = after(RED, snapshot(1, BEGIN, replace(HANDLE, state=State.STOPPED, stopped_at=BEGIN), theirs))
    assert [(each.clock.unit_id, each.clock.light, each.order_light) for each in outcome.turned] == [
        ("roads", Light.YELLOW, Light.NONE),
        ("roads", Light.RED, Light.NONE),
    ]
    assert outcome.turned[1].urges
    moved = replace(clock(Kind.EXTENSION, DUE, version=2), key=Key(1, Kind.EXTENSION, 2))
    beside = after(YELLOW, snapshot(1, BEGIN, HANDLE, theirs), snapshot(2, BEGIN + DAY, replace(HANDLE, state=State.VOID), moved, theirs))
    assert beside.order.clocks[theirs.key].is_open
    assert [each.clock.unit_id for each in beside.turned] == ["roads"]


def test_a_revised_calendar_takes_the_light_and_the_urging_back() -> None:
    red = turn(take(None, snapshot(1, BEGIN, HANDLE)), RED).order
    moved = replace(clock(Kind.HANDLE, BEGIN, version=2, days=9), key=Key(1, Kind.HANDLE, 2))
    outcome = turn(take(red, snapshot(2, RED + HOUR, replace(HANDLE, state=State.VOID), moved)), RED + HOUR)
    assert [(each.clock.key.deadline_version, each.reason) for each in outcome.lowered] == [(1, "该期限已作废，催办失去依据")]
    assert outcome.order.light is Light.NONE


def test_what_was_answered_fires_up_to_then_also_when_nobody_noticed() -> None:
    for stopped_at, turned in (
        (YELLOW - TICK, []),
        (YELLOW, [Light.YELLOW]),
        (RED - TICK, [Light.YELLOW]),
        (RED, [Light.YELLOW, Light.RED]),
    ):
        stopped = replace(HANDLE, state=State.STOPPED, stopped_at=stopped_at)
        assert [light for light, _ in lights(after(RED + 30 * DAY, snapshot(1, stopped_at, stopped)))] == turned


@pytest.mark.parametrize(("date", "due"), [(FIRST_REPORT, BEGIN + 2 * HOUR), (RESULT, BEGIN + 3 * DAY)])
def test_an_answer_at_the_deadline_itself_is_in_time(date: Clock, due: datetime) -> None:
    in_time = replace(date, state=State.STOPPED, stopped_at=due)
    late = replace(date, state=State.STOPPED, stopped_at=due + TICK)
    assert Light.RED not in [each.light for each in schedule(in_time)]
    assert Light.RED in [each.light for each in schedule(late)]
    noticed = turn(take(None, snapshot(1, BEGIN, date)), due).order
    assert noticed.light is Light.RED
    taken_back = turn(take(noticed, snapshot(2, due, in_time)), due)
    assert [each.reason for each in taken_back.lowered] == ["承办单位在红灯亮起之前已经答复，补记后催办作废"]


def test_the_next_version_of_a_date_takes_its_place_even_where_the_old_one_is_told_as_running() -> None:
    fresh = replace(clock(Kind.HANDLE, BEGIN, days=9), key=Key(1, Kind.HANDLE, 2))
    told = [snapshot(1, BEGIN, HANDLE), snapshot(2, BEGIN + DAY, HANDLE, fresh), snapshot(3, BEGIN + 2 * DAY, HANDLE, fresh)]
    for order in permutations(told):
        outcome = after(YELLOW + DAY, *order)
        assert outcome.turned == ()
        assert outcome.order.clocks[HANDLE.key].replaced_at == BEGIN + DAY
        assert not outcome.order.clocks[HANDLE.key].is_open


def test_the_orders_light_is_the_worst_that_runs_and_after_the_answer_the_last() -> None:
    told = [snapshot(1, BEGIN, FIRST_REPORT, RESULT)]
    assert after(BEGIN + 2 * HOUR, *told).order.light is Light.RED
    reported = replace(FIRST_REPORT, state=State.STOPPED, stopped_at=BEGIN + 3 * HOUR)
    told.append(snapshot(2, BEGIN + 3 * HOUR, reported, RESULT))
    assert after(BEGIN + 3 * HOUR, *told).order.light is Light.NONE
    answered = replace(RESULT, state=State.STOPPED, stopped_at=BEGIN + 2 * DAY)
    told.append(snapshot(3, BEGIN + 2 * DAY, reported, answered))
    told.append(snapshot(4, BEGIN + 3 * DAY, reported, answered))
    assert after(BEGIN + 9 * DAY, *told).order.light is Light.YELLOW
    void = [replace(each, state=State.VOID) for each in (reported, answered)]
    told.append(snapshot(5, BEGIN + 4 * DAY, *void))
    assert after(BEGIN + 9 * DAY, *told).order.light is Light.NONE


def test_a_snapshot_taken_twice_changes_nothing() -> None:
    order = take(None, snapshot(1, BEGIN, HANDLE))
    assert take(order, snapshot(1, BEGIN, HANDLE)) is order
    assert light_shown(order.clocks.values()) is Light.NONE


def test_lights_behind_until_are_left_for_the_next_time() -> None:
    order = take(None, snapshot(1, BEGIN, HANDLE))
    first = turn(order, RED + DAY, YELLOW)
    assert lights(first) == [(Light.YELLOW, YELLOW)]
    assert next_at(first.order, RED + DAY) == RED
