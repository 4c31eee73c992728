"""A deadline as it is stored, its lights, and the two facts told of it: overdue, and light."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, fields, make_dataclass

from regulation.articles import Article


class Kind(enum.StrEnum):
    """What a deadline is for; the value is the short name people use for it."""

    DISPATCH = "11-2"
    HANDLE = "11-3"
    EXTENSION = "11-4"
    RETURN = "11-6"
    PROMISE = "11-7"
    DEFICIENT = "11-8"
    REWORK = "11-9"
    FIRST_REPORT = "13-report"
    RESULT = "13-result"

    @property
    def article(self) -> Article:
        """The clause the kind rests on."""
        return _ARTICLES[self]

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _TERMS[self]


_ARTICLES = {kind: Article(13) if kind.value.startswith("13") else Article.parse(kind.value) for kind in Kind}
_TERMS = {
    Kind.DISPATCH: "转办期限",
    Kind.HANDLE: "办理期限",
    Kind.EXTENSION: "延期后的办理期限",
    Kind.RETURN: "申请回退期限",
    Kind.PROMISE: "续报承诺期限",
    Kind.DEFICIENT: "退回补充答复期限",
    Kind.REWORK: "重办期限",
    Kind.FIRST_REPORT: "初步处置情况反馈期限",
    Kind.RESULT: "处置结果反馈期限",
}


class Unit(enum.StrEnum):
    """What a term is counted in."""

    WORKING_DAY = "working_day"
    HOUR = "hour"
    MINUTE = "minute"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return {"working_day": "个工作日", "hour": "小时", "minute": "分钟"}[self.value]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date of the law with its lights; all instants aware, in UTC.

    It keeps what it was counted from, so that it can be explained day by day and derived again.
    `article` is the clause that set it, `calendar_revision` and `edition` the data it was set under.
    `provisional`: one of its days lies in a year whose notice is not out. `own_at`: ours by the rule, where the province's
    earlier date rules (11(3)); trigger and n are ours still.
    """

    kind: Kind
    article: Article
    trigger_at: dt.datetime
    n: int
    unit: Unit
    deadline_at: dt.datetime
    yellow_at: dt.datetime | None
    red_at: dt.datetime | None
    provisional: bool
    calendar_revision: str
    edition: str
    own_at: dt.datetime | None = None

    @property
    def by_rule_at(self) -> dt.datetime:
        """Our own date, whether it rules or not."""
        return self.own_at or self.deadline_at


# A frozen dataclass sets each slot through object.__setattr__, which costs 1.5 of the 5 microseconds a deadline may take:
# it is filled in as a thawed twin of the same layout, then given its class.
_Thawed = make_dataclass("_Thawed", [(each.name, each.type) for each in fields(Deadline)], slots=True)


def stamped(  # noqa: PLR0917 - by keyword it would cost twice as much
    kind: Kind,
    article: Article,
    trigger_at: dt.datetime,
    n: int,
    unit: Unit,
    deadline_at: dt.datetime,
    yellow_at: dt.datetime | None,
    red_at: dt.datetime | None,
    provisional: bool,  # noqa: FBT001 - a field like the others
    calendar_revision: str,
    edition: str,
) -> Deadline:
    """Deadline(...), made quickly."""
    deadline = _Thawed(kind, article, trigger_at, n, unit, deadline_at, yellow_at, red_at, provisional, calendar_revision, edition, None)
    deadline.__class__ = Deadline
    return deadline  # type: ignore[no-any-return]  # a class made at run time has no type


class Light(enum.StrEnum):
    """The signal of Art. 12."""

    NONE = "none"
    YELLOW = "yellow"
    RED = "red"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return {"none": "无灯", "yellow": "黄灯", "red": "红灯"}[self.value]


def light(deadline: Deadline, now: dt.datetime) -> Light:
    """The light of an unanswered round at `now`; each light begins at its instant (Art. 12, 13)."""
    if deadline.red_at is not None and now >= deadline.red_at:
        return Light.RED
    if deadline.yellow_at is not None and now >= deadline.yellow_at:
        return Light.YELLOW
    return Light.NONE


def overdue(deadline: Deadline, received_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the date was missed: received, or still missing, after the deadline; the instant itself is on time."""
    return (now if received_at is None else received_at) > deadline.deadline_at
