"""What may be pending beside a state: a return, an extension, a 续报. One is open at a time, each kind has its table."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from chassis.caller import Caller
from regulation.articles import Article, NotAllowed


class Decision(enum.StrEnum):
    """What became of a request."""

    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"  # the unit replied, or the round ended, before it was decided


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A unit asks the hub. `decide_by`: after it the request goes up to the supervisor (11(4))."""

    facet: ClassVar[str]
    term: ClassVar[str]

    request_id: str
    order_id: str
    round: int
    unit_id: str
    asked_at: dt.datetime
    asked_by: str
    reason: str
    decide_by: dt.datetime | None = None
    escalated_at: dt.datetime | None = None
    decision: Decision | None = None
    decided_at: dt.datetime | None = None
    decided_by: str = ""
    decision_reason: str = ""

    @property
    def undecided(self) -> bool:
        """Whether it is still open."""
        return self.decision is None

    @property
    def late_decision(self) -> bool:
        """Whether the hub took longer than it may: the hub's breach (11(4))."""
        return self.decide_by is not None and self.decided_at is not None and self.decided_at > self.decide_by


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnRequest(Request):
    """回退申请 (11(6))."""

    facet: ClassVar[str] = "return"
    term: ClassVar[str] = "回退申请"

    basis: str
    suggested_unit_id: str
    late: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionRequest(Request):
    """延期申请 (11(4)); `days` asked for, `granted_days` given."""

    facet: ClassVar[str] = "extension"
    term: ClassVar[str] = "延期申请"

    days: int
    granted_days: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressReportRequest(Request):
    """续报申请 (11(7)): what was done, what will be done, by when, and that the caller knows."""

    facet: ClassVar[str] = "progress_report"
    term: ClassVar[str] = "续报申请"

    progress: str
    measures: str
    promised_on: dt.date
    caller_told_at: dt.datetime


SomeRequest = TypeVar("SomeRequest", bound=Request)


def none_open(pending: Request | None, article: Article) -> None:
    """One open at a time. Raises NotAllowed while another waits for its decision."""
    if pending is not None:
        raise NotAllowed(article, f"本工单的{pending.term}尚未决定，同一时间只能有一项申请，请等待决定后再提出")


def the_open(pending: Request | None, kind: type[SomeRequest], article: Article) -> SomeRequest:
    """The open request of this kind. Raises NotAllowed when there is none."""
    if not isinstance(pending, kind):
        raise NotAllowed(article, f"本工单没有待决定的{kind.term}，请刷新后再办")
    return pending


def decided(request: SomeRequest, decision: Decision, reason: str, *, by: Caller, now: dt.datetime) -> SomeRequest:
    """The same request with its decision."""
    return replace(request, decision=decision, decided_at=now, decided_by=by.id, decision_reason=reason)
