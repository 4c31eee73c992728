"""Two dates side by side (11(3), 13): the earlier rules, and one that our rule could not produce is found out."""

from __future__ import annotations

from datetime import datetime

import pytest

from regulation.calendar import national
from regulation.policy import Policy
from services.provincial.rules.clocks import Clocks, expected, is_producible


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


# Thursday; the working days after it: Fri 7, Mon 10, Tue 11, Wed 12, Thu 13, Fri 14.
CAME = at("2025-03-06T10:00")
BY_LAW = {"calendar": national(), "policy": Policy()}


@pytest.mark.parametrize(
    ("due", "urgent", "producible"),
    [
        ("2025-03-14T00:00", False, True),  # delivered the same day: the end of Thu 13
        ("2025-03-15T00:00", False, True),  # delivered within 11(2)'s working day: the end of Fri 14
        ("2025-03-13T00:00", False, False),  # four working days
        ("2025-03-18T00:00", False, False),
        ("2025-03-13T17:30", False, False),  # no cut-off
        ("2025-03-08T00:00", True, True),  # 13: one working day
        ("2025-03-12T00:00", True, True),  # three
        ("2025-03-14T00:00", True, False),
    ],
)
def test_a_date_is_one_that_our_rule_could_produce_or_not(due: str, *, urgent: bool, producible: bool) -> None:
    assert is_producible(at(due), CAME, urgent=urgent, **BY_LAW) is producible  # type: ignore[arg-type]  # a calendar and a policy


def test_ours_is_of_the_rule_table_an_urgent_order_s_too() -> None:
    assert expected(CAME, urgent=False, **BY_LAW) == at("2025-03-14T00:00")  # type: ignore[arg-type]  # a calendar and a policy
    assert expected(CAME, urgent=True, **BY_LAW) == at("2025-03-12T00:00")  # type: ignore[arg-type]  # a calendar and a policy


def test_where_no_calendar_or_edition_tells_there_is_no_date_and_nothing_speaks_against_another() -> None:
    for long in (at("2019-01-01T10:00"), at("2040-01-02T10:00")):
        assert expected(long, urgent=False, **BY_LAW) is None  # type: ignore[arg-type]  # a calendar and a policy
        assert is_producible(long, long, urgent=False, **BY_LAW)  # type: ignore[arg-type]  # a calendar and a policy


def test_the_earlier_rules() -> None:
    ours, theirs = at("2025-03-14T00:00"), at("2025-03-13T00:00")
    assert Clocks(theirs, ours).ruling_at == theirs
    assert Clocks(at("2025-03-18T00:00"), ours).ruling_at == ours
    assert Clocks(None, ours).ruling_at == ours
    assert Clocks(None, None).ruling_at is None
