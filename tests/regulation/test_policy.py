from __future__ import annotations

from decimal import Decimal

import pytest

from regulation.policy import Policy, PolicyError
from regulation.urgency import UrgentKind


def test_defaults_are_those_of_the_readings() -> None:
    policy = Policy.of({})
    assert policy == Policy()
    assert policy.cutoff_minutes == 24 * 60
    assert (policy.phone_forming_hours, policy.online_forming_hours, policy.urgent_dispatch_minutes) == (1, 24, 15)
    assert (policy.extensions_per_round, policy.late_decision_days) == (1, 1)
    assert (policy.return_after_other_request, policy.returns_before_coordination) == (False, 3)
    assert (policy.promise_granted_by_hub, policy.promise_horizon_days, policy.further_promises) == (True, 30, 1)
    assert (policy.deficient_reply_days, policy.call_attempts, policy.call_spread_days, policy.sms_hours) == (1, 3, 2, 72)
    assert (policy.rework_days, policy.red_offset_days, policy.urgent_may_postpone) == (5, 1, False)
    assert (policy.supervision_reworks, policy.supervision_recurrences, policy.supervision_window_days) == (2, 3, 90)
    assert (policy.supervision_sign_in_percent, policy.supervision_late_first_reports, policy.supervision_deficient_percent) == (80, 1, 30)
    assert policy.supervision_term_days == 5
    assert (policy.finding_return_percent, policy.finding_copies, policy.finding_recurrence_percent) == (20, 5, 10)
    assert policy.rectification_days == 10
    assert (policy.ladder_coordination_days, policy.ladder_confirmation_days, policy.ladder_special_report_days) == (5, 10, 5)
    assert (policy.ladder_instruction_days, policy.ladder_discipline_days, policy.ladder_government_days) == (10, 30, 15)
    assert (policy.kb_review_term_days, policy.kb_outdated_reports, policy.kb_gap_asks) == (10, 3, 5)
    assert (policy.assisting_lead_days, policy.ranking_min_group, policy.ranking_min_orders) == (1, 7, 10)
    assert (policy.quiet_from_minutes, policy.quiet_until_minutes, policy.message_cost_ceiling) == (22 * 60, 8 * 60, Decimal(2000))
    assert policy.named_units == ()
    assert policy.continued


def test_units_are_told_by_kind_and_of_every_urgent_order() -> None:
    policy = Policy.of({"urgent_told": "emergency,safety", "urgent_told_water": "water,emergency"})
    assert policy.told_of(UrgentKind.WATER) == ("emergency", "safety", "water")
    assert policy.told_of(None) == policy.told_of(UrgentKind.GAS) == ("emergency", "safety")
    assert policy.named_units == ("emergency", "safety", "water")


@pytest.mark.parametrize("text", ["a,", ",a", "a b", "水", "a;b", "a" * 65])
def test_what_is_no_list_of_units_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="urgent_told_gas"):
        Policy.of({"urgent_told_gas": text})


def test_settings_by_name() -> None:
    policy = Policy.of({"cutoff": "17:30", "red_offset_days": "2", "urgent_may_postpone": "yes", "continued_by": " "})
    assert (policy.cutoff_minutes, policy.red_offset_days, policy.urgent_may_postpone) == (17 * 60 + 30, 2, True)
    assert not policy.continued


@pytest.mark.parametrize("clock", ["", "24:01", "25:00", "00:00", "7:30", "17.30", "17:60", "１７:30", "17:30\n"])
def test_a_cutoff_that_is_no_time_is_refused(clock: str) -> None:
    with pytest.raises(PolicyError, match="cutoff"):
        Policy.of({"cutoff": clock})


def test_quiet_hours_are_times_and_the_ceiling_is_money() -> None:
    policy = Policy.of({"quiet_from": "00:00", "quiet_until": "24:00", "message_cost_ceiling": "99.50"})
    assert (policy.quiet_from_minutes, policy.quiet_until_minutes, policy.message_cost_ceiling) == (0, 1440, Decimal("99.5"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("quiet_from", "24:01"),
        ("quiet_until", "8:00"),
        ("message_cost_ceiling", "-1"),
        ("message_cost_ceiling", "1.005"),
        ("message_cost_ceiling", "1e3"),
        ("message_cost_ceiling", ""),
        ("rework_days", "0"),
        ("rework_days", "-1"),
        ("rework_days", "five"),
        ("rework_days", "٥"),
        ("rework_days", ""),
        ("rework_days", "9" * 5000),
        ("urgent_may_postpone", "true"),
        ("no_such_setting", "1"),
        ("__class__", "1"),
        ("continued", "1"),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused(name: str, text: str) -> None:
    with pytest.raises(PolicyError, match="设置"):
        Policy.of({name: text})
