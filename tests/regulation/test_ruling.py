"""11(3): the province's own date beside ours. The earlier rules, both are kept, and the day by day tells both."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from regulation.deadlines import Deadline, Light, light
from regulation.explanation import explain
from regulation.terms import Source, ruling_deadline
from tests.regulation.dates import assist, extend, first_report, give_back, handle, result
from tests.regulation.instants import NATIONAL, POLICY, at

# Thursday; the working days after it: Fri 7, Mon 10, Tue 11, Wed 12, Thu 13.
CAME = at("2025-03-06T10:00")
OWN = handle(CAME, source=Source.PROVINCIAL)


def ruling(own: Deadline, provincial: dt.datetime) -> Deadline:
    return ruling_deadline(own, provincial, calendar=NATIONAL, policy=POLICY)


def test_the_province_s_earlier_date_rules_with_the_lights_of_article_12_and_keeps_ours() -> None:
    ruled = ruling(OWN, at("2025-03-12T00:00"))
    assert (ruled.deadline_at, ruled.own_at, ruled.by_rule_at) == (at("2025-03-12T00:00"), OWN.deadline_at, OWN.deadline_at)
    assert (ruled.yellow_at, ruled.red_at) == (at("2025-03-11T00:00"), at("2025-03-13T00:00"))
    assert (ruled.kind, ruled.trigger_at, ruled.n) == (OWN.kind, OWN.trigger_at, 5)
    assert light(ruled, at("2025-03-13T00:00")) is Light.RED
    assert light(OWN, at("2025-03-13T00:00")) is Light.YELLOW


def test_an_instant_in_mid_day_rules_as_it_was_sent() -> None:
    ruled = ruling(OWN, at("2025-03-11T17:30"))
    assert (ruled.deadline_at, ruled.yellow_at, ruled.red_at) == (at("2025-03-11T17:30"), at("2025-03-11T00:00"), at("2025-03-13T00:00"))
    # Sunday: the lights keep to working days.
    ruled = ruling(OWN, at("2025-03-09T12:00"))
    assert (ruled.yellow_at, ruled.red_at) == (at("2025-03-08T00:00"), at("2025-03-11T00:00"))


def test_yellow_is_never_before_the_trigger() -> None:
    assert ruling(OWN, at("2025-03-06T18:00")).yellow_at == CAME


def test_an_urgent_order_s_result_is_red_at_the_province_s_date() -> None:
    ruled = ruling(result(CAME), at("2025-03-10T12:00"))
    assert (ruled.deadline_at, ruled.red_at) == (at("2025-03-10T12:00"), at("2025-03-10T12:00"))


def test_a_later_date_and_one_that_is_over_rule_nothing_and_hours_are_nobody_s_to_cut() -> None:
    for provincial in (OWN.deadline_at, at("2025-04-01T00:00"), CAME, at("2025-03-01T00:00")):
        assert ruling(OWN, provincial) == OWN
    report = first_report(CAME)
    assert ruling(report, at("2025-03-06T11:00")) == report


def test_a_return_and_an_assisting_unit_s_date_end_with_it() -> None:
    due = ruling(OWN, at("2025-03-07T12:00"))
    assert give_back(CAME, source=Source.PROVINCIAL, result_at=due.deadline_at).deadline_at == at("2025-03-07T12:00")
    assert assist(due, CAME).deadline_at == at("2025-03-07T12:00")


def test_every_day_is_told_with_both_dates() -> None:
    days = explain(ruling(OWN, at("2025-03-11T17:30")), NATIONAL)
    assert [each.date.day for each in days if each.counted] == [7, 10, 11, 12, 13]
    assert [each.date.day for each in days if "省级平台" in each.why] == [11]
    assert not [each for each in explain(OWN, NATIONAL) if "省级平台" in each.why]
    before = ruling_deadline(extend(OWN.deadline_at, 2), at("2025-03-11T00:00"), begun_at=CAME, calendar=NATIONAL, policy=POLICY)
    assert (before.yellow_at, before.deadline_at) == (at("2025-03-08T00:00"), at("2025-03-11T00:00"))
    assert [each.date.day for each in explain(before, NATIONAL)] == [10, 13, 14, 15, 16, 17]
    extended = ruling(extend(OWN.deadline_at, 2, Source.PROVINCIAL), at("2025-03-14T12:00"))
    assert [each.date.day for each in explain(extended, NATIONAL) if "省级平台" in each.why] == [14]


INSTANTS = st.timedeltas(dt.timedelta(), dt.timedelta(days=31)).map(lambda each: at("2025-03-01T00:00") + each)


@given(INSTANTS, INSTANTS)
def test_it_is_never_later_than_either_that_could_be_met(trigger_at: dt.datetime, provincial: dt.datetime) -> None:
    own = handle(trigger_at, source=Source.PROVINCIAL)
    ruled = ruling(own, provincial)
    assert ruled.deadline_at == (min(own.deadline_at, provincial) if provincial > own.trigger_at else own.deadline_at)
    assert ruled.by_rule_at == own.deadline_at
    assert ruled.yellow_at is not None
    assert ruled.red_at is not None
    assert own.trigger_at <= ruled.yellow_at <= max(ruled.deadline_at, own.trigger_at) < ruled.red_at
