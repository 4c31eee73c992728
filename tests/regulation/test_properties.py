"""What holds of every deadline, whatever the trigger."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from regulation import terms
from regulation.deadlines import Deadline, Light, Unit, light, overdue
from regulation.explanation import explain
from regulation.instants import closing_day, local_day
from regulation.policy import Policy
from regulation.terms import Source
from tests.regulation.instants import NATIONAL, POLICY, at

SECONDS = int((at("2027-11-01T00:00") - at("2021-02-04T00:00")).total_seconds())
INSTANTS = st.integers(0, SECONDS).map(lambda seconds: at("2021-02-04T00:00") + dt.timedelta(seconds=seconds))
POLICIES = st.builds(Policy, cutoff_minutes=st.integers(1, 1440), red_offset_days=st.integers(1, 3))
CASES: dict[str, Callable[..., Deadline]] = {
    "dispatch": terms.dispatch_deadline,
    "handle": terms.handle_deadline,
    "urgent": partial(terms.handle_deadline, urgent=True),
    "extension": partial(terms.extension_deadline, days=2),
    "return": terms.return_deadline,
    "provincial return": partial(terms.return_deadline, source=Source.PROVINCIAL),
    "first report": terms.first_report_deadline,
    "result of a day": partial(terms.result_deadline, days=1),
    "rework": terms.rework_deadline,
}
NAMES = st.sampled_from(sorted(CASES))


def ask(name: str, trigger: dt.datetime, policy: Policy) -> Deadline:
    return CASES[name](trigger, calendar=NATIONAL, policy=policy)


@given(NAMES, INSTANTS, POLICIES)
def test_lights_stand_in_order(name: str, trigger: dt.datetime, policy: Policy) -> None:
    deadline = ask(name, trigger, policy)
    assert deadline.trigger_at < deadline.deadline_at
    if deadline.yellow_at is not None:
        assert deadline.trigger_at <= deadline.yellow_at < deadline.deadline_at
    if deadline.red_at is not None:
        assert deadline.red_at >= deadline.deadline_at


@given(NAMES, INSTANTS, POLICIES)
def test_no_working_day_limit_ends_on_a_day_off(name: str, trigger: dt.datetime, policy: Policy) -> None:
    deadline = ask(name, trigger, policy)
    if deadline.unit is Unit.WORKING_DAY:
        assert NATIONAL.is_working(closing_day(deadline.deadline_at))
        if deadline.red_at is not None:
            assert NATIONAL.is_working(closing_day(deadline.red_at))


@given(NAMES, INSTANTS, INSTANTS, POLICIES)
def test_a_later_trigger_never_has_an_earlier_deadline(name: str, one: dt.datetime, other: dt.datetime, policy: Policy) -> None:
    earlier, later = sorted((one, other))
    assert ask(name, earlier, policy).deadline_at <= ask(name, later, policy).deadline_at


@given(INSTANTS, st.integers(1, 20), POLICIES)
def test_a_larger_n_is_a_later_deadline(trigger: dt.datetime, n: int, policy: Policy) -> None:
    extend = partial(terms.extension_deadline, trigger, calendar=NATIONAL, policy=policy)
    assert extend(n).deadline_at < extend(n + 1).deadline_at


@given(NAMES, INSTANTS, POLICIES)
def test_the_explanation_counts_n_and_ends_at_the_deadline(name: str, trigger: dt.datetime, policy: Policy) -> None:
    deadline = ask(name, trigger, policy)
    days = explain(deadline, NATIONAL)
    assert sum(each.counted for each in days) == (deadline.n if deadline.unit is Unit.WORKING_DAY else 0)
    assert days[-1].date == closing_day(deadline.deadline_at)
    assert all(day.date - before.date == dt.timedelta(days=1) for before, day in itertools.pairwise(days))
    assert all(each.working == NATIONAL.is_working(each.date) for each in days)


@given(INSTANTS, POLICIES)
def test_extending_by_steps_is_extending_at_once(trigger: dt.datetime, policy: Policy) -> None:
    extend = partial(terms.extension_deadline, calendar=NATIONAL, policy=policy)
    once = extend(trigger, 5).deadline_at
    assert extend(extend(trigger, 2).deadline_at, 3).deadline_at == once


@given(INSTANTS, st.integers(1, 5))
def test_an_extension_of_a_handling_date_is_a_longer_handling_date(trigger: dt.datetime, days: int) -> None:
    old = terms.handle_deadline(trigger, calendar=NATIONAL, policy=POLICY)
    new = terms.extension_deadline(old.deadline_at, days, calendar=NATIONAL, policy=POLICY)
    assert closing_day(new.deadline_at) == NATIONAL.nth_working_day_after(local_day(trigger), 5 + days)


@given(INSTANTS, st.integers(1, 3), st.sampled_from(list(Source)), st.integers(0, 10**6))
def test_the_shorter_limit_rules(trigger: dt.datetime, days: int, source: Source, seconds: int) -> None:
    handle = partial(terms.handle_deadline, trigger, calendar=NATIONAL, policy=POLICY)
    old, result = handle(), handle(source=source, urgent=True, days=days)
    returned = terms.return_deadline(trigger, source=source, urgent=True, result_at=result.deadline_at, calendar=NATIONAL, policy=POLICY)
    upgraded = terms.upgraded_result_deadline(
        old.deadline_at, upgraded_at=trigger + dt.timedelta(seconds=seconds), calendar=NATIONAL, policy=POLICY
    )
    assert result.deadline_at <= old.deadline_at
    assert returned.deadline_at <= result.deadline_at
    assert upgraded.deadline_at <= old.deadline_at


@given(NAMES, INSTANTS, st.integers(0, 40 * 24 * 3600))
def test_a_light_never_goes_back_by_itself_and_red_means_overdue(name: str, trigger: dt.datetime, seconds: int) -> None:
    deadline = ask(name, trigger, POLICY)
    order = list(Light)
    now = trigger + dt.timedelta(seconds=seconds)
    later = now + dt.timedelta(hours=7)
    assert order.index(light(deadline, now)) <= order.index(light(deadline, later))
    if light(deadline, now) is Light.RED and now != deadline.deadline_at:
        assert overdue(deadline, None, now)
