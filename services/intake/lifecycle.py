"""Where a ticket may stand, and what may be done to it there, each by its clause."""

from __future__ import annotations

from enum import StrEnum

from regulation.articles import Article, NotAllowed


class State(StrEnum):
    """Where a ticket (诉求工单) stands."""

    REGISTERED = "registered"
    FORMED = "formed"
    ANSWERED = "answered"
    DECLINED = "declined"
    PASSED = "passed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _STATE_TERMS[self]


_STATE_TERMS = {
    State.REGISTERED: "已登记",
    State.FORMED: "已形成转办工单",
    State.ANSWERED: "已直接答复",
    State.DECLINED: "已不予受理",
    State.PASSED: "已转紧急电话",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "诉求人撤回",
}

ACCEPTANCE = Article(11, 1)
RECORD = Article(10)
NON_URGENT = Article(3)
CLOSING = Article(11, 10)
SECRECY = Article(17)
TOPICS = Article(14)

REGISTER, AMEND, FORM, ANSWER = "register_ticket", "amend_ticket", "form_ticket", "answer_directly"
REQUEST_DECLINE, REFUSE_DECLINE, DECLINE = "request_decline", "refuse_decline", "decline_ticket"
PASS, SUPPLEMENT, WITHDRAW, CLOSE = "pass_emergency", "supplement_ticket", "withdraw_ticket", "close_ticket"
UPLOAD = "upload_attachment"
GROUP, UNGROUP = "group_ticket", "ungroup_ticket"

TRANSITIONS: dict[tuple[State, str], tuple[State, Article]] = {
    (State.REGISTERED, AMEND): (State.REGISTERED, RECORD),
    (State.REGISTERED, UPLOAD): (State.REGISTERED, RECORD),
    (State.REGISTERED, SUPPLEMENT): (State.REGISTERED, RECORD),
    (State.REGISTERED, FORM): (State.FORMED, ACCEPTANCE),
    (State.REGISTERED, ANSWER): (State.ANSWERED, ACCEPTANCE),
    (State.REGISTERED, REQUEST_DECLINE): (State.REGISTERED, ACCEPTANCE),
    (State.REGISTERED, REFUSE_DECLINE): (State.REGISTERED, ACCEPTANCE),
    (State.REGISTERED, DECLINE): (State.DECLINED, ACCEPTANCE),
    (State.REGISTERED, PASS): (State.PASSED, NON_URGENT),
    (State.REGISTERED, WITHDRAW): (State.WITHDRAWN, ACCEPTANCE),
    (State.REGISTERED, GROUP): (State.REGISTERED, TOPICS),
    (State.REGISTERED, UNGROUP): (State.REGISTERED, TOPICS),
    (State.FORMED, UPLOAD): (State.FORMED, RECORD),
    (State.FORMED, SUPPLEMENT): (State.FORMED, RECORD),
    (State.FORMED, GROUP): (State.FORMED, TOPICS),
    (State.FORMED, UNGROUP): (State.FORMED, TOPICS),
    (State.FORMED, WITHDRAW): (State.WITHDRAWN, ACCEPTANCE),
    (State.FORMED, CLOSE): (State.CLOSED, CLOSING),
    # What was concluded is still of its event.
    **{(state, verb): (state, TOPICS) for state in (State.ANSWERED, State.CLOSED) for verb in (GROUP, UNGROUP)},
    # The order was closed before the withdrawal reached it.
    (State.WITHDRAWN, CLOSE): (State.CLOSED, CLOSING),
}
"""(state, verb) → the next state, and the clause the step rests on. What is not here is not allowed."""

VERB_TERMS = {
    REGISTER: "登记",
    AMEND: "更正工单",
    FORM: "形成转办工单",
    ANSWER: "直接答复",
    REQUEST_DECLINE: "申请不予受理",
    REFUSE_DECLINE: "不同意不予受理",
    DECLINE: "不予受理",
    PASS: "转紧急电话",
    SUPPLEMENT: "补充诉求",
    WITHDRAW: "撤回诉求",
    CLOSE: "办结",
    UPLOAD: "上传附件",
    GROUP: "归并工单",
    UNGROUP: "取消归并",
    "reveal_caller": "查看诉求人信息",
    "reveal_text": "查看原文",
    "download_attachment": "下载附件",
    "resolve_contact": "取用联系电话",
}


OFFERED = (AMEND, FORM, ANSWER, DECLINE, PASS, REQUEST_DECLINE, REFUSE_DECLINE, SUPPLEMENT, WITHDRAW)
"""What a desk offers, in this order."""


def offered(state: State, *, decline_requested: bool) -> list[tuple[str, Article]]:
    """The verbs that a state leaves open, with their clauses; a request to decline is answered before another is made."""
    closed = {REQUEST_DECLINE} if decline_requested else {REFUSE_DECLINE}
    return [(verb, TRANSITIONS[state, verb][1]) for verb in OFFERED if (state, verb) in TRANSITIONS and verb not in closed]


def step(state: State, verb: str) -> tuple[State, Article]:
    """The state a verb leads to, and its clause. Raises NotAllowed where the verb has no place (Art. 11(1))."""
    found = TRANSITIONS.get((state, verb))
    if found is None:
        raise NotAllowed(ACCEPTANCE, f"工单现为“{state.term}”，不能{VERB_TERMS[verb]}；请刷新后查看工单的当前情况，新的诉求请另行登记")
    return found
