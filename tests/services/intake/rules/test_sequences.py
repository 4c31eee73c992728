"""Whatever is tried on a ticket, in whatever order, its invariants hold (Art. 10, 11(1))."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from regulation.articles import NotAllowed
from regulation.declining import DeclineCode, EmergencyNumber
from services.intake.lifecycle import State
from services.intake.rules.declining import decline_ticket, refuse_decline, request_decline
from services.intake.rules.settling import (
    answer_directly,
    follow_order,
    form_ticket,
    pass_emergency,
    supplement_ticket,
    withdraw_ticket,
)
from services.intake.rules.ticket import OrderView, Ticket, settle_overdue
from tests.services.intake.rules.facts import NOON, ticket

ENDS = {State.ANSWERED, State.DECLINED, State.PASSED, State.CLOSED, State.WITHDRAWN}
REPEAT = DeclineCode.REPEAT
OPEN = OrderView("o-1", "handling", 1)
SHUT = OrderView("o-1", "closed", 1, "satisfied", NOON)
EDITS: dict[str, Callable[[Ticket, int], Ticket]] = {
    "form": lambda t, n: form_ticket(t, "p", NOON + timedelta(minutes=n)),
    "answer": lambda t, n: answer_directly(t, "好", "p", NOON + timedelta(minutes=n)),
    "pass": lambda t, n: pass_emergency(t, EmergencyNumber.POLICE, "", "p", NOON + timedelta(minutes=n)),
    "decline": lambda t, n: decline_ticket(t, DeclineCode.PRIVACY, "…", "p", NOON + timedelta(minutes=n)),
    "decline repeat": lambda t, n: decline_ticket(t, REPEAT, "…", "q", NOON + timedelta(minutes=n), repeats="t-0", officer=True),
    "request decline": lambda t, n: request_decline(t, "t-0", "p", NOON + timedelta(minutes=n)),
    "refuse decline": lambda t, _: refuse_decline(t),
    "supplement": lambda t, _: supplement_ticket(t),
    "withdraw": lambda t, n: withdraw_ticket(t, "不用了", "p", NOON + timedelta(minutes=n)),
}
NEWS: dict[str, Callable[[Ticket, int], Ticket]] = {
    "order open": lambda t, _: follow_order(t, OPEN, "zhangdian", withdrawn=False),
    "order closed": lambda t, _: follow_order(t, SHUT, "", withdrawn=False),
    "order withdrawn": lambda t, _: follow_order(t, replace(SHUT, closing="withdrawn"), "", withdrawn=True),
}


@given(st.lists(st.sampled_from([*EDITS, *NEWS]), max_size=12))
def test_invariants_hold_through_any_sequence(verbs: list[str]) -> None:
    now = ticket()
    for minute, verb in enumerate(verbs, 1):
        if verb in NEWS and now.settlement.at is None:
            continue  # there is no order before the forming
        try:
            after = (EDITS.get(verb) or NEWS[verb])(now, minute)
        except NotAllowed:
            continue
        _hold(now, after, verb)
        now = after


def _hold(before: Ticket, after: Ticket, verb: str) -> None:
    assert after.version == before.version + (verb in EDITS)
    assert (after.settlement.at is None) == (after.state is State.REGISTERED)
    assert after.decline_request is None or after.state is State.REGISTERED
    if before.settlement.at is not None:
        assert (after.settlement.at, after.settlement.by) == (before.settlement.at, before.settlement.by)
        assert settle_overdue(after, NOON) == settle_overdue(before, NOON)
    if before.state in ENDS:
        assert verb in NEWS
        assert after.state in ENDS
    assert replace(after, **{name: getattr(before, name) for name in CHANGING}) == before


CHANGING = ("state", "settlement", "decline_request", "order", "handling_tenant_id", "version")
