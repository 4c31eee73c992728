"""The life of an order (转办单): its states, its verbs, and what Art. 11(1)–(10) lets each verb do in each state.

A pair that is not in TRANSITIONS is not allowed. What else a verb demands stands in `rules/`, by noun.
"""

from __future__ import annotations

import enum

from regulation.articles import Article, NotAllowed


class State(enum.StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    REPLIED = "replied"
    CALLING_BACK = "calling_back"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _STATE_TERMS[self]


_STATE_TERMS = {
    State.PENDING: "待派单",
    State.DISPATCHED: "待签收",
    State.HANDLING: "办理中",
    State.REPLIED: "待审核",
    State.CALLING_BACK: "待回访",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "诉求人撤回",
}

OPEN = frozenset(State) - {State.CLOSED, State.WITHDRAWN}
"""States of an order that has not ended."""

HELD_BY_UNIT = frozenset({State.DISPATCHED, State.HANDLING})
"""States in which the unit's clocks run."""


class Verb(enum.StrEnum):
    """What can be done to an order; the value is the name of the action, its RPC the same in capitals."""

    DISPATCH = "dispatch"
    RECALL = "recall"
    SIGN_IN = "sign_in"
    HAND_ON = "hand_on"
    SUBMIT_FIRST_REPORT = "submit_first_report"
    REPLY = "reply"
    REPLY_WITH_EXPLANATION = "reply_with_explanation"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    REQUEST_EXTENSION = "request_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    REQUEST_RETURN = "request_return"
    GRANT_RETURN = "grant_return"
    REFUSE_RETURN = "refuse_return"
    REQUEST_PROGRESS_REPORT = "request_progress_report"
    GRANT_PROGRESS_REPORT = "grant_progress_report"
    REFUSE_PROGRESS_REPORT = "refuse_progress_report"
    PASS_REVIEW = "pass_review"  # noqa: S105 - a verb, not a password
    SEND_BACK_REPLY = "send_back_reply"
    RECORD_ATTEMPT = "record_attempt"
    PLACE_CALL = "place_call"
    SEND_RATING_LINK = "send_rating_link"
    RECORD_RATINGS = "record_ratings"
    FIND_UNREACHABLE = "find_unreachable"
    REWORK = "rework"
    CLOSE_SATISFIED = "close_satisfied"
    CLOSE_DISSATISFIED = "close_dissatisfied"
    CLOSE_UNREACHABLE = "close_unreachable"
    ADD_ASSISTING = "add_assisting"
    WITHDRAW_ASSISTING = "withdraw_assisting"
    SIGN_IN_ASSISTING = "sign_in_assisting"
    SUBMIT_CONTRIBUTION = "submit_contribution"
    DISPUTE_RETURN = "dispute_return"
    OPEN_COORDINATION = "open_coordination"
    DECIDE_COORDINATION = "decide_coordination"
    SUPPLEMENT = "supplement"
    WITHDRAW = "withdraw"
    ESCALATE = "escalate"
    REDATE = "redate"
    MOVE_PROVINCIAL_DATE = "move_provincial_date"
    LAPSE = "lapse"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _VERB_TERMS[self]

    @property
    def article(self) -> Article:
        """The clause it rests on."""
        return _ARTICLES[self]


_VERB_TERMS = {
    Verb.DISPATCH: "转办",
    Verb.RECALL: "收回误派工单",
    Verb.SIGN_IN: "签收",
    Verb.HAND_ON: "转交",
    Verb.SUBMIT_FIRST_REPORT: "反馈初步处置情况",
    Verb.REPLY: "回复办理结果",
    Verb.REPLY_WITH_EXPLANATION: "回复解释说明",
    Verb.UPGRADE: "升级为紧急工单",
    Verb.DOWNGRADE: "降为普通工单",
    Verb.REQUEST_EXTENSION: "申请延期",
    Verb.GRANT_EXTENSION: "同意延期",
    Verb.REFUSE_EXTENSION: "不同意延期",
    Verb.REQUEST_RETURN: "申请回退",
    Verb.GRANT_RETURN: "同意回退",
    Verb.REFUSE_RETURN: "不同意回退",
    Verb.REQUEST_PROGRESS_REPORT: "申请续报",
    Verb.GRANT_PROGRESS_REPORT: "同意续报",
    Verb.REFUSE_PROGRESS_REPORT: "不同意续报",
    Verb.PASS_REVIEW: "审核通过",
    Verb.SEND_BACK_REPLY: "退回补充答复",
    Verb.RECORD_ATTEMPT: "记录未接通的回访",
    Verb.PLACE_CALL: "发起自动回访",
    Verb.SEND_RATING_LINK: "发送评价短信",
    Verb.RECORD_RATINGS: "记录回访评价",
    Verb.FIND_UNREACHABLE: "认定无法接通",
    Verb.REWORK: "退回重办",
    Verb.CLOSE_SATISFIED: "满意办结",
    Verb.CLOSE_DISSATISFIED: "不满意但答复合法合规办结",
    Verb.CLOSE_UNREACHABLE: "无法接通办结",
    Verb.ADD_ASSISTING: "增加协办单位",
    Verb.WITHDRAW_ASSISTING: "撤销协办",
    Verb.SIGN_IN_ASSISTING: "协办签收",
    Verb.SUBMIT_CONTRIBUTION: "反馈协办情况",
    Verb.DISPUTE_RETURN: "提出责任争议",
    Verb.OPEN_COORDINATION: "发起协调",
    Verb.DECIDE_COORDINATION: "作出协调决定",
    Verb.SUPPLEMENT: "补充诉求",
    Verb.WITHDRAW: "撤回诉求",
    Verb.ESCALATE: "提请督办员决定",
    Verb.REDATE: "按新工作日历重定期限",
    Verb.MOVE_PROVINCIAL_DATE: "按省级平台的期限调整",
    Verb.LAPSE: "随外层工单终止",
}

OPENING = (State.PENDING, Article(11, 1))
"""即时形成转办工单: how every order begins, but for an inner one, which begins where it is handed on."""

_P, _D, _H, _R, _C = State.PENDING, State.DISPATCHED, State.HANDLING, State.REPLIED, State.CALLING_BACK
_WHILE_A_ROUND_LASTS = {state: state for state in (_D, _H, _R, _C)}
_WHEREVER_OPEN = {state: state for state in State if state in OPEN}

# Verb by verb in the order of the 办法: the clause, and from which state to which.
_CLAUSES: tuple[tuple[Article, Verb, dict[State, State]], ...] = (
    # 11(2) 转办
    (Article(11, 2), Verb.DISPATCH, {_P: _D}),
    (Article(11, 2), Verb.RECALL, {_D: _P, _H: _P}),
    # 11(3) 办理, 7(2) 转交办理, 13 初步处置情况
    (Article(11, 3), Verb.SIGN_IN, {_D: _H}),
    (Article(7, 2), Verb.HAND_ON, {_D: _H, _H: _H}),
    (Article(13), Verb.SUBMIT_FIRST_REPORT, {_D: _H, _H: _H}),
    # 13 紧急工单: what turns out to be urgent midway, or not to be
    (Article(13), Verb.UPGRADE, {_P: _P, _D: _D, _H: _H}),
    (Article(13), Verb.DOWNGRADE, {_P: _P, _D: _D, _H: _H}),
    # 11(4) 延期: what was asked for before the reply may still be decided after it
    (Article(11, 4), Verb.REQUEST_EXTENSION, {_H: _H}),
    (Article(11, 4), Verb.GRANT_EXTENSION, {_H: _H, _R: _R}),
    (Article(11, 4), Verb.REFUSE_EXTENSION, {_H: _H, _R: _R}),
    (Article(11, 4), Verb.ESCALATE, {_H: _H, _R: _R}),
    # 11(5) 反馈; 11(3) 解释说明
    (Article(11, 5), Verb.REPLY, {_H: _R}),
    (Article(11, 3), Verb.REPLY_WITH_EXPLANATION, {_H: _R}),
    # 11(6) 回退
    (Article(11, 6), Verb.REQUEST_RETURN, {_D: _D, _H: _H}),
    (Article(11, 6), Verb.GRANT_RETURN, {_D: _P, _H: _P}),
    (Article(11, 6), Verb.REFUSE_RETURN, {_D: _D, _H: _H}),
    # 11(7) 续报
    (Article(11, 7), Verb.REQUEST_PROGRESS_REPORT, {_H: _H}),
    (Article(11, 7), Verb.GRANT_PROGRESS_REPORT, {_H: _H, _R: _R}),
    (Article(11, 7), Verb.REFUSE_PROGRESS_REPORT, {_H: _H, _R: _R}),
    # 11(8) 回访: review, then the call
    (Article(11, 8), Verb.PASS_REVIEW, {_R: _C}),
    (Article(11, 8), Verb.SEND_BACK_REPLY, {_R: _H}),
    (Article(11, 8), Verb.RECORD_ATTEMPT, {_C: _C}),
    (Article(11, 8), Verb.PLACE_CALL, {_C: _C}),
    (Article(11, 8), Verb.SEND_RATING_LINK, {_C: _C}),
    (Article(11, 8), Verb.RECORD_RATINGS, {_C: _C}),
    (Article(11, 8), Verb.FIND_UNREACHABLE, {_C: _C}),
    # 11(9) 重办
    (Article(11, 9), Verb.REWORK, {_C: _D}),
    # 11(10) 办结
    (Article(11, 10), Verb.CLOSE_SATISFIED, {_C: State.CLOSED}),
    (Article(11, 10), Verb.CLOSE_DISSATISFIED, {_C: State.CLOSED}),
    (Article(11, 10), Verb.CLOSE_UNREACHABLE, {_C: State.CLOSED}),
    # 16 确定一个主办单位,其他单位应予以配合
    (Article(16), Verb.ADD_ASSISTING, {_D: _D, _H: _H}),
    (Article(16), Verb.WITHDRAW_ASSISTING, _WHILE_A_ROUND_LASTS),
    (Article(16), Verb.SIGN_IN_ASSISTING, _WHILE_A_ROUND_LASTS),
    (Article(16), Verb.SUBMIT_CONTRIBUTION, _WHILE_A_ROUND_LASTS),
    # 16 召集有关方面协调解决; 对责任认定存在争议的
    (Article(16), Verb.DISPUTE_RETURN, {_D: _D, _H: _H}),
    (Article(16), Verb.OPEN_COORDINATION, {_P: _P, _D: _D, _H: _H}),
    (Article(16), Verb.DECIDE_COORDINATION, {_P: _P, _D: _D, _H: _H}),
    # 10 工单要全面记录; 11(1) what was accepted may be taken back
    (Article(10), Verb.SUPPLEMENT, _WHEREVER_OPEN),
    (Article(11, 1), Verb.WITHDRAW, dict.fromkeys(_WHEREVER_OPEN, State.WITHDRAWN)),
    # 11(3) 工作日: a revised calendar
    (Article(11, 3), Verb.REDATE, _WHEREVER_OPEN),
    # 11(3) 省级工单: the province's own date
    (Article(11, 3), Verb.MOVE_PROVINCIAL_DATE, _WHEREVER_OPEN),
    # 7(2): an inner order ends with the round of the outer one that it served
    (Article(7, 2), Verb.LAPSE, dict.fromkeys(_WHEREVER_OPEN, State.CLOSED)),
)

_ARTICLES = {verb: article for article, verb, _ in _CLAUSES}

TRANSITIONS: dict[tuple[State, Verb], tuple[State, Article]] = {
    (state, verb): (following, article) for article, verb, ways in _CLAUSES for state, following in ways.items()
}
"""What each verb does in each state, and by which clause."""


def after(state: State, verb: Verb) -> State:
    """The state that follows. Raises NotAllowed, citing the verb's clause, for a pair that the table does not have."""
    if (state, verb) in TRANSITIONS:
        return TRANSITIONS[state, verb][0]
    where = "、".join(f"“{each.term}”" for each in State if (each, verb) in TRANSITIONS)
    raise NotAllowed(verb.article, f"工单现为“{state.term}”，不能{verb.term}；只有{where}的工单可以，请刷新后再办")
