"""Every (state, verb) pair, allowed or forbidden, with its article. The table here is written from the 办法, not from the code."""

from __future__ import annotations

import pytest

from regulation.articles import NotAllowed
from services.dispatch.lifecycle import OPEN, TRANSITIONS, State, Verb, after

P, D, H, R, C = State.PENDING, State.DISPATCHED, State.HANDLING, State.REPLIED, State.CALLING_BACK
X, W = State.CLOSED, State.WITHDRAWN

# verb: clause, then what follows from each state in which it is allowed
ALLOWED: dict[Verb, tuple[str, dict[State, State]]] = {
    Verb.DISPATCH: ("11-2", {P: D}),
    Verb.RECALL: ("11-2", {D: P, H: P}),
    Verb.SIGN_IN: ("11-3", {D: H}),
    Verb.HAND_ON: ("7-2", {D: H, H: H}),
    Verb.SUBMIT_FIRST_REPORT: ("13", {D: H, H: H}),
    Verb.REPLY: ("11-5", {H: R}),
    Verb.REPLY_WITH_EXPLANATION: ("11-3", {H: R}),
    Verb.UPGRADE: ("13", {P: P, D: D, H: H}),
    Verb.DOWNGRADE: ("13", {P: P, D: D, H: H}),
    Verb.REQUEST_EXTENSION: ("11-4", {H: H}),
    Verb.GRANT_EXTENSION: ("11-4", {H: H, R: R}),
    Verb.REFUSE_EXTENSION: ("11-4", {H: H, R: R}),
    Verb.ESCALATE: ("11-4", {H: H, R: R}),
    Verb.REQUEST_RETURN: ("11-6", {D: D, H: H}),
    Verb.GRANT_RETURN: ("11-6", {D: P, H: P}),
    Verb.REFUSE_RETURN: ("11-6", {D: D, H: H}),
    Verb.REQUEST_PROGRESS_REPORT: ("11-7", {H: H}),
    Verb.GRANT_PROGRESS_REPORT: ("11-7", {H: H, R: R}),
    Verb.REFUSE_PROGRESS_REPORT: ("11-7", {H: H, R: R}),
    Verb.PASS_REVIEW: ("11-8", {R: C}),
    Verb.SEND_BACK_REPLY: ("11-8", {R: H}),
    Verb.RECORD_ATTEMPT: ("11-8", {C: C}),
    Verb.PLACE_CALL: ("11-8", {C: C}),
    Verb.SEND_RATING_LINK: ("11-8", {C: C}),
    Verb.RECORD_RATINGS: ("11-8", {C: C}),
    Verb.FIND_UNREACHABLE: ("11-8", {C: C}),
    Verb.REWORK: ("11-9", {C: D}),
    Verb.CLOSE_SATISFIED: ("11-10", {C: X}),
    Verb.CLOSE_DISSATISFIED: ("11-10", {C: X}),
    Verb.CLOSE_UNREACHABLE: ("11-10", {C: X}),
    Verb.ADD_ASSISTING: ("16", {D: D, H: H}),
    Verb.WITHDRAW_ASSISTING: ("16", {D: D, H: H, R: R, C: C}),
    Verb.SIGN_IN_ASSISTING: ("16", {D: D, H: H, R: R, C: C}),
    Verb.SUBMIT_CONTRIBUTION: ("16", {D: D, H: H, R: R, C: C}),
    Verb.DISPUTE_RETURN: ("16", {D: D, H: H}),
    Verb.OPEN_COORDINATION: ("16", {P: P, D: D, H: H}),
    Verb.DECIDE_COORDINATION: ("16", {P: P, D: D, H: H}),
    Verb.SUPPLEMENT: ("10", {P: P, D: D, H: H, R: R, C: C}),
    Verb.WITHDRAW: ("11-1", dict.fromkeys((P, D, H, R, C), W)),
    Verb.REDATE: ("11-3", {P: P, D: D, H: H, R: R, C: C}),
    Verb.MOVE_PROVINCIAL_DATE: ("11-3", {P: P, D: D, H: H, R: R, C: C}),
    Verb.LAPSE: ("7-2", dict.fromkeys((P, D, H, R, C), X)),
}
PAIRS = [(state, verb) for state in State for verb in Verb]


def test_every_verb_is_in_the_table() -> None:
    assert set(ALLOWED) == set(Verb)


@pytest.mark.parametrize(("state", "verb"), PAIRS)
def test_every_pair_is_allowed_or_forbidden_with_its_article(state: State, verb: Verb) -> None:
    clause, ways = ALLOWED[verb]
    assert verb.article.code == clause
    if state in ways:
        assert after(state, verb) is ways[state]
        assert TRANSITIONS[state, verb] == (ways[state], verb.article)
        return
    assert (state, verb) not in TRANSITIONS
    with pytest.raises(NotAllowed) as refused:
        after(state, verb)
    assert refused.value.article.code == clause
    assert state.term in refused.value.reason
    assert verb.term in refused.value.reason


@pytest.mark.parametrize("state", [X, W])
@pytest.mark.parametrize("verb", Verb)
def test_nothing_follows_the_end(state: State, verb: Verb) -> None:
    assert state not in OPEN
    with pytest.raises(NotAllowed):
        after(state, verb)


def test_every_open_state_is_left_and_every_state_but_the_first_is_entered() -> None:
    entered = {following for (state, _), (following, _) in TRANSITIONS.items() if following is not state}
    left = {state for (state, _), (following, _) in TRANSITIONS.items() if following is not state}
    assert left == OPEN
    assert entered == set(State)
