"""Declining (Art. 3, 11(1)): codes, words, and the officer's part with a repeat."""

from typing import Any

import pytest

from regulation.articles import NotAllowed
from regulation.declining import DECLINES, DeclineCode
from services.intake.lifecycle import State
from services.intake.rules.declining import (
    check_repeat,
    decline_ticket,
    is_concluded,
    needs_officer,
    needs_turn_to,
    refuse_decline,
    request_decline,
    words_for,
)
from services.intake.rules.ticket import OrderView, Ticket
from tests.services.intake.rules.facts import NOON, ticket


def ended(closing: str, state: State = State.CLOSED) -> Ticket:
    return ticket(ticket_id="t-0", number="T250101-00009", state=state, order=OrderView("o", "closed", 1, closing, NOON))


OUTSIDE, IN_PROGRESS, REPEAT = (DECLINES[code] for code in (DeclineCode.OUTSIDE_TERRITORY, DeclineCode.IN_PROGRESS, DeclineCode.REPEAT))


@pytest.mark.parametrize("code", DeclineCode)
def test_every_code_has_words_of_its_own_with_what_it_needs(code: DeclineCode) -> None:
    decline = DECLINES[code]
    said = words_for(decline, "", "桓台县12345热线", "T250101-00009")
    assert "不予受理" in said or "不再受理" in said or "原途径" in said
    assert "{" not in said
    assert ("桓台县12345热线" in said) == needs_turn_to(decline)
    assert ("T250101-00009" in said) == needs_officer(decline)


def test_those_outside_and_those_under_way_are_told_where_to_turn() -> None:
    assert [decline for decline in DECLINES.values() if needs_turn_to(decline)] == [OUTSIDE, IN_PROGRESS]


def test_an_operators_own_words_carry_the_way_too() -> None:
    assert words_for(OUTSIDE, "不归我们管", "济南12345") == "不归我们管\n请您联系济南12345。"
    assert words_for(OUTSIDE, "请打济南12345", "济南12345") == "请打济南12345"
    assert words_for(IN_PROGRESS, "法院正在审理", "诉讼") == "法院正在审理\n请您按原途径（诉讼）解决。"
    assert words_for(REPEAT, "已经办结", "", "T250101-00009") == "已经办结"


@pytest.mark.parametrize("code", [code for code in DeclineCode if code is not DeclineCode.REPEAT])
def test_an_operator_declines_by_any_other_code(code: DeclineCode) -> None:
    declined = decline_ticket(ticket(), code, "好的", "operator-1", NOON)
    assert (declined.state, declined.settlement.decline_code) == (State.DECLINED, code)


def test_a_repeat_is_declined_by_an_officer_alone() -> None:
    with pytest.raises(NotAllowed, match="审核员或督办员"):
        decline_ticket(ticket(), DeclineCode.REPEAT, "…", "operator-1", NOON, repeats="t-0")
    declined = decline_ticket(ticket(), DeclineCode.REPEAT, "…", "reviewer-1", NOON, repeats="t-0", officer=True)
    assert declined.settlement.repeats_ticket_id == "t-0"


def test_whoever_asked_does_not_confirm() -> None:
    asked = request_decline(ticket(), "t-0", "reviewer-1", NOON)
    with pytest.raises(NotAllowed, match="申请人"):
        decline_ticket(asked, DeclineCode.REPEAT, "…", "reviewer-1", NOON, repeats="t-0", officer=True)


def test_one_request_at_a_time_and_none_to_refuse_without_one() -> None:
    asked = request_decline(ticket(), "t-0", "operator-1", NOON)
    with pytest.raises(NotAllowed):
        request_decline(asked, "t-0", "operator-2", NOON)
    refused = refuse_decline(asked)
    assert (refused.decline_request, refused.state) == (None, State.REGISTERED)
    with pytest.raises(NotAllowed):
        refuse_decline(refused)


@pytest.mark.parametrize(
    ("earlier", "concluded"),
    [
        (ended("satisfied"), True),
        (ended("dissatisfied_lawful"), True),
        (ended("unreachable"), True),
        (ended("withdrawn", State.WITHDRAWN), False),
        (ticket(ticket_id="t-0", state=State.ANSWERED), True),
        (ticket(ticket_id="t-0", state=State.DECLINED), False),
        (ticket(ticket_id="t-0", state=State.FORMED), False),
    ],
)
def test_concluded_is_dealt_with_by_law_and_answered(earlier: Ticket, *, concluded: bool) -> None:
    assert is_concluded(earlier) is concluded


@pytest.mark.parametrize(
    ("earlier", "facts", "said"),
    [
        (ended("satisfied"), {"same_caller": False}, "同一诉求人"),
        (ticket(ticket_id="t-0", state=State.FORMED), {"same_caller": True}, "尚未依法办理完毕"),
        (ticket(), {"same_caller": True}, "自身"),
    ],
)
def test_what_is_no_repeat_is_taken(earlier: Ticket, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(NotAllowed, match=said) as refused:
        check_repeat(ticket(), earlier, **facts)
    assert refused.value.article.code == "11-1"


def test_a_concluded_ticket_of_the_same_caller_is_a_repeats_ground() -> None:
    check_repeat(ticket(), ended("satisfied"), same_caller=True)
