"""16: where units dispute whose duty it is, the hub calls them together; a decision names who leads and who assists."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.order import Order

COORDINATION = Verb.OPEN_COORDINATION.article


class CaseVerb(enum.StrEnum):
    """What is done to a case beside what is done to its order."""

    ADD_PARTICIPANTS = "add_participants"
    RECORD_MINUTES = "record_minutes"
    REQUEST_CONFIRMATION = "request_confirmation"
    RECORD_CONFIRMATION = "record_confirmation"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _TERMS[self]


_TERMS = {
    CaseVerb.ADD_PARTICIPANTS: "增加协调参加单位",
    CaseVerb.RECORD_MINUTES: "记录协调纪要",
    CaseVerb.REQUEST_CONFIRMATION: "提请部门职责确认",
    CaseVerb.RECORD_CONFIRMATION: "登记部门职责确认",
}


class Cause(enum.StrEnum):
    """Why a case was opened."""

    RETURNS = "returns"  # 11(6): the ticket came back too often (policy)
    DISPUTE = "dispute"  # the unit whose return was refused
    HUB = "hub"


class CaseState(enum.StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CONFIRMING = "confirming"  # 编办 is asked
    CLOSED = "closed"
    LAPSED = "lapsed"  # its order ended first


@dataclass(frozen=True, slots=True)
class Case:
    """A coordination case (协调). Texts are masked; what is empty did not happen."""

    coordination_id: str
    order_id: str
    ticket_id: str
    number: str
    cause: Cause
    reason: str
    opened_at: dt.datetime
    opened_by: str
    state: CaseState = CaseState.OPEN
    disputing_unit_id: str = ""
    question: str = ""
    asked_at: dt.datetime | None = None
    document_number: str = ""
    documented_on: str = ""
    finding: str = ""
    lead_unit_id: str = ""
    assisting: tuple[str, ...] = ()
    decision_reason: str = ""
    closed_at: dt.datetime | None = None
    decided_by: str = ""
    party_people: frozenset[str] = frozenset()  # complained about (17)
    version: int = 1

    @property
    def going(self) -> bool:
        """Whether it waits for its decision."""
        return self.state in {CaseState.OPEN, CaseState.CONFIRMING}


def open_coordination(order: Order, reason: str, act: Act) -> Order:
    """16: 召集有关方面协调解决. Raises Invalid without a reason, NotAllowed while a case is open."""
    return _opened(order, Verb.OPEN_COORDINATION, reason, act)


def dispute_return(order: Order, reason: str, act: Act, *, refused: bool) -> Order:
    """16: 承办单位对责任认定存在争议的. Its dates run on. `refused`: the unit's return of this round was refused.

    Raises Invalid without a reason; NotAllowed where no return was refused, and while a case is open.
    """
    if not refused:
        raise NotAllowed(Verb.DISPUTE_RETURN.article, "本单位的回退申请未被退回，不能提出责任争议；请先申请回退")
    return _opened(order, Verb.DISPUTE_RETURN, reason, act)


def decide_coordination(order: Order) -> Order:
    """16: the case is decided; what follows is dispatched by that. Raises NotAllowed where none is open."""
    verb = Verb.DECIDE_COORDINATION
    state = after(order.state, verb)
    if order.coordinate_since is None:
        raise NotAllowed(verb.article, "本工单没有待决定的协调，请刷新后再办")
    return replace(order, state=state, coordinate_since=None)


def request_confirmation(case: Case, question: str, act: Act) -> Case:
    """16: 提请市委编办进行部门职责确认. Raises Invalid without the question, NotAllowed for a case that has ended or asks already."""
    going(case)
    if case.state is CaseState.CONFIRMING:
        raise NotAllowed(COORDINATION, "已提请部门职责确认，请登记确认结果")
    asked = said("question", question, "需要确认的职责", COORDINATION)
    return replace(case, state=CaseState.CONFIRMING, question=asked, asked_at=act.now)


def record_confirmation(case: Case, document_number: str, documented_on: str, finding: str) -> Case:
    """16: what 编办 found, by its document. Raises Invalid for what is missing, NotAllowed where nothing was asked."""
    going(case)
    if case.state is not CaseState.CONFIRMING:
        raise NotAllowed(COORDINATION, "尚未提请部门职责确认，请先提请")
    if not documented_on:
        raise Invalid("documented_on", "请填写确认文件的日期", COORDINATION.code)
    return replace(
        case, state=CaseState.OPEN, documented_on=documented_on,
        document_number=said("document_number", document_number, "确认文件的文号", COORDINATION),
        finding=said("finding", finding, "职责确认的结论", COORDINATION),
    )  # fmt: skip


def decide(case: Case, lead: str, assisting: tuple[str, ...], reason: str, act: Act) -> Case:
    """16: 确定一个主办单位,其他单位应予以配合. Raises Invalid without a reason, NotAllowed while 编办 is asked."""
    going(case)
    if case.state is CaseState.CONFIRMING:
        raise NotAllowed(COORDINATION, "正在进行部门职责确认，请登记确认结果后再作决定")
    return replace(
        case, state=CaseState.CLOSED, lead_unit_id=lead, assisting=assisting, closed_at=act.now, decided_by=act.by.id,
        decision_reason=said("reason", reason, "协调决定的理由", COORDINATION),
    )  # fmt: skip


def minutes(text: str) -> str:
    """What was said. Raises Invalid for nothing."""
    return said("minutes", text, "协调纪要", COORDINATION)


def going(case: Case) -> None:
    """Raises NotAllowed for a case that has ended."""
    if not case.going:
        raise NotAllowed(COORDINATION, "协调已经结束，请刷新后再办")


def _opened(order: Order, verb: Verb, reason: str, act: Act) -> Order:
    state = after(order.state, verb)
    if order.coordinate_since is not None:
        raise NotAllowed(verb.article, "本工单已在协调，请等待协调决定")
    said("reason", reason, "需要协调的理由", verb.article)
    return replace(order, state=state, coordinate_since=act.now)
