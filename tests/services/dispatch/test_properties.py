"""Whatever anybody does, in any order and at any time: the invariants of an order's life."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from regulation.calendar import DayOverride
from regulation.deadlines import Kind
from regulation.instants import local_day
from services.dispatch.lifecycle import HELD_BY_UNIT, OPEN, TRANSITIONS, State, Verb
from services.dispatch.rules import clocks
from services.dispatch.rules.assisting import keep_up
from services.dispatch.rules.escalating import escalate
from services.dispatch.rules.order import Clock, ClockState, Order, Rating, Via
from services.dispatch.rules.provincial import move_provincial_date
from services.dispatch.rules.redating import redate
from services.dispatch.rules.reworking import Ground
from tests.services.dispatch.orders import HOUSING, LAW, ORDINARY, PROVINCIAL, REVIEWER, SUPERVISOR, WATER, Desk

ROADS = replace(HOUSING, unit_id="zibo-roads", name="市城管局")
MOVES_A_DATE = {
    Verb.GRANT_EXTENSION, Verb.GRANT_PROGRESS_REPORT, Verb.SEND_BACK_REPLY, Verb.REDATE, Verb.UPGRADE, Verb.DOWNGRADE,
    Verb.MOVE_PROVINCIAL_DATE,
}  # fmt: skip
STARTS_A_DATE = {Verb.ADD_ASSISTING, Verb.DISPATCH, Verb.REWORK, Verb.GRANT_RETURN, Verb.RECALL}
GOING = {ClockState.RUNNING, ClockState.HELD}

PLAYED = [each for each in Verb if each not in {Verb.HAND_ON, Verb.LAPSE, Verb.SUPPLEMENT, Verb.REPLY_WITH_EXPLANATION}]
SELDOM = {Verb.REDATE, Verb.ESCALATE, Verb.RECALL, Verb.GRANT_RETURN, Verb.CLOSE_SATISFIED, Verb.CLOSE_DISSATISFIED, Verb.CLOSE_UNREACHABLE}
ASIDE = {
    Verb.UPGRADE, Verb.DOWNGRADE, Verb.ADD_ASSISTING, Verb.WITHDRAW_ASSISTING, Verb.SIGN_IN_ASSISTING, Verb.SUBMIT_CONTRIBUTION,
    Verb.OPEN_COORDINATION, Verb.DISPUTE_RETURN, Verb.MOVE_PROVINCIAL_DATE,
}  # fmt: skip
OFTEN = {Verb.WITHDRAW: 0.1, Verb.REPLY: 2, Verb.CLOSE_UNREACHABLE: 6}
WEIGHT = {each: 1 if each in SELDOM else 6 for each in PLAYED} | dict.fromkeys(ASIDE, 1) | OFTEN
ANYTHING_AT_ALL = 0.1
STEPS = st.lists(st.integers(0, 2**32 - 1), min_size=80, max_size=80)


class Life:
    """One order after another, played by drawn steps: mostly verbs the state allows, a tenth anything at all."""

    def __init__(self, source: object, *, urgent: bool) -> None:
        self._facts: dict[str, Any] = {"source": source, "urgent": urgent}
        self.done: Counter[Verb] = Counter()
        self._begin()

    @property
    def order(self) -> Order:
        return self.desk.order

    def step(self, seed: int) -> None:
        """Wait a little and do one thing; what is refused changes nothing. After an end, begin again."""
        chance = Random(seed)
        if self.order.state not in OPEN and chance.random() < 0.5:
            self._begin()
        self.before, self.verb = self.order, self._choose(chance)
        self.desk.wait(hours=chance.choice([0, 1, 8, 24, 50]))
        now = self.desk.now
        try:
            self._act(self.verb, chance)
            self.desk.order = keep_up(self.before, self.order, self.desk.act())
        except (NotAllowed, Invalid):
            assert self.order == self.before
        else:
            self.done[self.verb] += 1
        assert self.desk.now == now

    def _begin(self) -> None:
        self.desk = Desk(**self._facts)
        self.before, self.verb = self.order, Verb.REDATE

    def _choose(self, chance: Random) -> Verb:
        allowed = [each for each in PLAYED if (self.order.state, each) in TRANSITIONS]
        among = PLAYED if not allowed or chance.random() < ANYTHING_AT_ALL else allowed
        return chance.choices(among, [WEIGHT[each] for each in among])[0]

    def _act(self, verb: Verb, chance: Random) -> None:
        desk = self.desk
        if verb is Verb.ESCALATE:
            desk.order = escalate(desk.order, desk.act())
        elif verb is Verb.REDATE:
            day = DayOverride(local_day(desk.now) + dt.timedelta(days=chance.randint(0, 12)), chance.random() < 0.5, "本市调整")
            desk.law = replace(LAW, calendar=LAW.calendar.with_days(f"{day.date}-{day.working}", [day]))
            desk.order = redate(desk.order, desk.law)
        elif verb is Verb.MOVE_PROVINCIAL_DATE:
            due_at = desk.now + dt.timedelta(hours=chance.randint(-50, 400))
            desk.order = move_provincial_date(desk.order, due_at, desk.act())
        elif verb is Verb.REQUEST_PROGRESS_REPORT:
            desk.request_progress_report(local_day(desk.now) + dt.timedelta(days=chance.randint(-2, 60)))
        elif verb is Verb.ADD_ASSISTING:
            desk.add_assisting(chance.choice([HOUSING, WATER, ROADS]))
        else:
            getattr(desk, verb)(**WORDS[verb](chance) if verb in WORDS else {})


WORDS: dict[Verb, Callable[[Random], dict[str, object]]] = {
    Verb.DISPATCH: lambda chance: {"unit": chance.choice([WATER, HOUSING]), "result_days": chance.choice([None, 0, 1, 2, 3, 4])},
    Verb.REQUEST_EXTENSION: lambda chance: {"days": chance.randint(0, 8)},
    Verb.GRANT_EXTENSION: lambda chance: {
        "days": chance.choice([None, 0, 3, 5, 8]),
        "by": chance.choice([REVIEWER, SUPERVISOR]),
        "reason": "情况复杂",
    },
    Verb.RECORD_RATINGS: lambda chance: {
        "process": chance.choice(list(Rating)),
        "result": chance.choice(list(Rating)),
        "via": chance.choice(list(Via)),
    },
    Verb.REWORK: lambda chance: {"ground": chance.choice(list(Ground))},
}


@settings(max_examples=100)
@given(steps=STEPS, source=st.sampled_from([ORDINARY, PROVINCIAL]), urgent=st.sampled_from([False, False, True]))
def test_any_sequence_of_verbs_keeps_the_invariants(steps: list[int], source: object, *, urgent: bool) -> None:
    life = Life(source, urgent=urgent)
    for seed in steps:
        life.step(seed)
        for invariant in INVARIANTS:
            invariant(life)


def test_the_sequences_reach_every_verb() -> None:
    chance, done = Random(12345), Counter[Verb]()
    for number in range(200):
        life = Life(ORDINARY, urgent=number % 4 == 0)
        for _ in range(80):
            life.step(chance.getrandbits(32))
            for invariant in INVARIANTS:
                invariant(life)
        done += life.done
    assert set(done) == set(PLAYED), set(PLAYED) - set(done)


def one_round_is_open_while_a_unit_or_its_answer_is_at_work(life: Life) -> None:
    order = life.order
    open_rounds = [each for each in order.rounds if each.open]
    expected = order.state in {*HELD_BY_UNIT, State.REPLIED, State.CALLING_BACK}
    assert len(open_rounds) == expected
    assert [each.number for each in order.rounds] == list(range(1, len(order.rounds) + 1))


def at_most_one_request_is_open_and_only_beside_an_open_round(life: Life) -> None:
    order = life.order
    assert order.pending is None or (order.round is not None and order.pending.round == order.round.number)
    held = [each for each in order.clocks if each.state is ClockState.HELD]
    assert len(held) == (order.pending is not None and order.pending.facet != "return")


def one_date_of_each_sort_runs_and_none_in_a_closed_round(life: Life) -> None:
    order = life.order
    going = [each for each in order.clocks if each.state in GOING]
    open_number = order.round.number if order.round else len(order.rounds) + 1
    assert all(each.round == open_number for each in going)
    assert len([each for each in going if each.kind in clocks.ANSWER and not each.assisting]) <= 1
    for unit_id in order.assisting:
        assert len([each for each in going if each.kind in clocks.ANSWER and each.assisting == unit_id]) <= 1
    assert {each.assisting for each in going} - {""} <= order.assisting
    if order.state in HELD_BY_UNIT:
        assert clocks.answer(order).state in GOING
    assert bool([each for each in going if each.kind is Kind.DISPATCH]) == (order.state is State.PENDING)


def dates_move_only_as_the_readings_list(life: Life) -> None:
    before, after = _dates(life.before), _dates(life.order)
    assert before.keys() <= after.keys()
    assert all(after[key] == before[key] for key in before)
    new = {each for each in after if each not in before}
    if new:
        assert life.verb in MOVES_A_DATE | STARTS_A_DATE


def a_closed_round_never_changes_again(life: Life) -> None:
    closed = [each for each in life.before.rounds if not each.open]
    assert life.order.rounds[: len(closed)] == tuple(closed)
    numbers = {each.number for each in closed}
    assert _of(life.before, numbers) == _of(life.order, numbers)


def nothing_happens_after_the_end(life: Life) -> None:
    if life.before.state not in OPEN:
        assert life.order == life.before


def an_overdue_late_return_stays_counted(life: Life) -> None:
    for number, each in enumerate(life.before.rounds, 1):
        if each.late_return:
            assert clocks.overdue(life.order, number, life.desk.now)


def a_missed_urgent_date_stays_counted(life: Life) -> None:
    for number, each in enumerate(life.before.rounds, 1):
        if each.breached and not life.order.rounds[number - 1].void:
            assert clocks.overdue(life.order, number, life.desk.now)
    if life.verb is Verb.DOWNGRADE and life.before.urgent and not life.order.urgent and life.order.round:
        number = life.order.round.number
        assert clocks.overdue(life.order, number, life.desk.now) == clocks.overdue(life.before, number, life.desk.now)


def an_urgent_date_is_never_later_than_the_one_it_cut_short(life: Life) -> None:
    if life.verb is Verb.UPGRADE and life.order.urgent and not life.before.urgent and life.order.round:
        assert clocks.answer(life.order).deadline.deadline_at <= clocks.answer(life.before).deadline.deadline_at
        report = clocks.of_kind(life.order, Kind.FIRST_REPORT) if life.order.round.reported_at is None else None
        assert report is None or report.deadline.deadline_at == life.desk.now + dt.timedelta(hours=2)


def what_ends_the_round_ends_the_assisting_units(life: Life) -> None:
    order = life.order
    number = order.round.number if order.round else 0
    assert all(each.round == number for each in order.assists if each.open)
    assert order.round is None or order.round.unit_id not in order.assisting
    assert {each.unit_id for each in order.assists if each.open} <= set(order.holders)


def an_assisting_unit_s_date_never_lies_after_the_lead_s(life: Life) -> None:
    order = life.order
    for each in order.assists:
        ours = clocks.of_assisting(order, each.unit_id) if each.owed else None
        if ours is not None and ours.state is ClockState.RUNNING:
            lead = clocks.answer(order).deadline
            assert ours.deadline.deadline_at <= lead.deadline_at
            assert ours.kind is lead.kind


def the_lead_counts_alone(life: Life) -> None:
    order = life.order
    alone = replace(order, clocks=tuple(each for each in order.clocks if not each.assisting))
    for number in range(1, len(order.rounds) + 1):
        assert clocks.overdue(order, number, life.desk.now) == clocks.overdue(alone, number, life.desk.now)


def no_date_lies_after_the_province_s_but_where_that_was_over_or_answered(life: Life) -> None:
    order, due_at = life.order, life.order.provincial_due_at
    if order.round is None or due_at is None:
        return
    answer = clocks.answer(order)
    assert answer.deadline.deadline_at <= max(answer.deadline.by_rule_at, due_at)
    if answer.deadline.deadline_at > due_at and answer.state in GOING:
        assert due_at <= life.desk.now
    if answer.deadline.own_at is not None and answer.state in GOING:
        assert answer.deadline.deadline_at == due_at < answer.deadline.own_at
        assert answer.deadline.yellow_at is not None
        assert answer.deadline.yellow_at <= due_at


def _dates(order: Order) -> dict[tuple[int, Kind, int, str], dt.datetime]:
    return {each.key: each.deadline.deadline_at for each in order.clocks}


def _of(order: Order, numbers: set[int]) -> list[Clock]:
    return [each for each in order.clocks if each.round in numbers]


INVARIANTS = (
    one_round_is_open_while_a_unit_or_its_answer_is_at_work,
    at_most_one_request_is_open_and_only_beside_an_open_round,
    one_date_of_each_sort_runs_and_none_in_a_closed_round,
    dates_move_only_as_the_readings_list,
    a_closed_round_never_changes_again,
    nothing_happens_after_the_end,
    an_overdue_late_return_stays_counted,
    a_missed_urgent_date_stays_counted,
    an_urgent_date_is_never_later_than_the_one_it_cut_short,
    what_ends_the_round_ends_the_assisting_units,
    an_assisting_unit_s_date_never_lies_after_the_lead_s,
    the_lead_counts_alone,
    no_date_lies_after_the_province_s_but_where_that_was_over_or_answered,
)
