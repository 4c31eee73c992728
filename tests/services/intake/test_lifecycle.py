"""Every (state, verb) pair of a ticket, allowed and forbidden."""

import itertools

import pytest

from regulation.articles import NotAllowed
from services.intake import lifecycle
from services.intake.lifecycle import TRANSITIONS, VERB_TERMS, State, step

VERBS = sorted({verb for _, verb in TRANSITIONS})
BEFORE_ITS_END = {State.REGISTERED, State.FORMED}


@pytest.mark.parametrize(("state", "verb"), list(itertools.product(State, VERBS)))
def test_a_verb_leads_where_the_table_says_or_nowhere(state: State, verb: str) -> None:
    if (state, verb) in TRANSITIONS:
        assert step(state, verb) == TRANSITIONS[state, verb]
    else:
        with pytest.raises(NotAllowed) as refused:
            step(state, verb)
        assert state.term in refused.value.reason
        assert VERB_TERMS[verb] in refused.value.reason


def test_a_ticket_is_settled_once() -> None:
    leaving = {verb for (state, verb), (after, _) in TRANSITIONS.items() if state is State.REGISTERED and after is not State.REGISTERED}
    assert leaving == {lifecycle.FORM, lifecycle.ANSWER, lifecycle.DECLINE, lifecycle.PASS, lifecycle.WITHDRAW}
    for verb in leaving - {lifecycle.WITHDRAW}:
        assert [state for state, each in TRANSITIONS if each == verb] == [State.REGISTERED]


def test_after_its_end_a_ticket_only_closes_with_its_order_and_is_still_of_its_event() -> None:
    of_its_event = {lifecycle.GROUP, lifecycle.UNGROUP}
    assert {verb for state, verb in TRANSITIONS if state not in BEFORE_ITS_END} == {lifecycle.CLOSE, *of_its_event}
    assert all(after is state for (state, verb), (after, _) in TRANSITIONS.items() if verb in of_its_event)


def test_every_verb_has_its_chinese_name() -> None:
    assert set(VERBS) <= set(VERB_TERMS)
