"""How a ticket leaves intake (Art. 3, 11(1)), and follows its order (11(10))."""

from dataclasses import replace

import pytest

from regulation.articles import NotAllowed
from regulation.declining import EmergencyNumber
from services.intake.lifecycle import State
from services.intake.rules.settling import (
    answer_directly,
    follow_order,
    form_ticket,
    pass_emergency,
    supplement_ticket,
    withdraw_ticket,
)
from services.intake.rules.ticket import DeclineRequest, OrderView, Ticket
from tests.services.intake.rules.facts import NOON, ticket

CLOSED = OrderView("o-1", "closed", 1, "satisfied", NOON)


def formed() -> Ticket:
    return form_ticket(ticket(), "operator-1", NOON)


def test_forming_says_when_and_by_whom() -> None:
    done = formed()
    assert (done.state, done.settlement.at, done.settlement.by, done.version) == (State.FORMED, NOON, "operator-1", 2)


@pytest.mark.parametrize("lacking", [{"nature": None}, {"category": ""}])
def test_what_is_not_classified_is_neither_formed_nor_answered(lacking: dict[str, str | None]) -> None:
    with pytest.raises(NotAllowed, match="性质和分类"):
        form_ticket(ticket(**lacking), "x", NOON)
    with pytest.raises(NotAllowed, match="性质和分类"):
        answer_directly(ticket(**lacking), "好", "x", NOON)


def test_an_emergency_is_passed_whatever_is_known_of_it() -> None:
    passed = pass_emergency(ticket(nature=None, category=""), EmergencyNumber.FIRE, "着火", "x", NOON)
    assert (passed.state, passed.settlement.passed_to) == (State.PASSED, "119")


def test_forming_lets_a_request_to_decline_fall_away() -> None:
    asked = ticket(decline_request=DeclineRequest("t-0", "operator-1", NOON))
    assert form_ticket(asked, "operator-1", NOON, "t-0").decline_request is None


def test_a_formed_ticket_that_is_withdrawn_stays_settled_as_of_its_forming() -> None:
    withdrawn = withdraw_ticket(formed(), "已经来水", "operator-2", NOON.replace(hour=15))
    assert withdrawn.state is State.WITHDRAWN
    assert (withdrawn.settlement.at, withdrawn.settlement.by) == (NOON, "operator-1")
    assert withdrawn.settlement.withdrawal_reason == "已经来水"


def test_nothing_is_added_after_the_end() -> None:
    with pytest.raises(NotAllowed):
        supplement_ticket(answer_directly(ticket(), "明天恢复", "x", NOON))


def test_a_ticket_closes_with_its_order_and_news_is_no_edit() -> None:
    done = follow_order(formed(), CLOSED, "zhangdian", withdrawn=False)
    assert (done.state, done.order, done.handling_tenant_id, done.version) == (State.CLOSED, CLOSED, "zhangdian", 2)


def test_a_withdrawn_order_makes_a_withdrawn_ticket() -> None:
    assert follow_order(formed(), CLOSED, "", withdrawn=True).state is State.WITHDRAWN


def test_an_order_closed_before_the_withdrawal_reached_it_is_closed() -> None:
    withdrawn = withdraw_ticket(formed(), "不用了", "x", NOON)
    assert follow_order(withdrawn, CLOSED, "", withdrawn=False).state is State.CLOSED


def test_an_open_order_leaves_the_state() -> None:
    going_on = replace(CLOSED, state="handling", closed_at=None)
    assert follow_order(formed(), going_on, "", withdrawn=False).state is State.FORMED


def test_being_told_twice_that_it_closed_changes_nothing() -> None:
    once = follow_order(formed(), CLOSED, "", withdrawn=False)
    assert follow_order(once, CLOSED, "", withdrawn=False) == once
