"""The rule table itself, as data."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property

from regulation.articles import Article, NotAllowed
from regulation.deadlines import Kind, Unit
from regulation.policy import Policy


class Source(enum.StrEnum):
    """Where an order comes from: the city's own callers, or the province's hotline."""

    ORDINARY = "ordinary"
    PROVINCIAL = "provincial"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return {"ordinary": "本市工单", "provincial": "省级工单"}[self.value]


class Lights(enum.StrEnum):
    """Which lights a date has."""

    NONE = "none"
    BOTH = "both"
    """Art. 12: yellow a working day before, red a working day after."""
    RED_AT_DEADLINE = "red_at_deadline"
    """Art. 13, the first report: by the clock, so no yellow."""
    YELLOW_THEN_RED_AT_DEADLINE = "yellow_then_red_at_deadline"
    """Art. 13, the result: the yellow of Art. 12, red at once."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `source` and `urgent` None: either. `n` is a number of the law, the name of the policy that sets it, or None when
    it is chosen case by case (an extension's days, a promised date).
    """

    kind: Kind
    source: Source | None
    urgent: bool | None
    n: int | str | None
    unit: Unit
    lights: Lights

    @cached_property
    def article(self) -> Article:
        """The clause the line rests on."""
        return self.kind.article


RESULT_DAYS = range(1, 4)
"""13, 在1-3个工作日内: what may be chosen at dispatch."""
RESULT_DAYS_DEFAULT = 3
EXTENSION_USUAL_DAYS = 5
"""11(4), 一般不超过5个工作日."""

EITHER = None
ORDINARY, PROVINCIAL = Source.ORDINARY, Source.PROVINCIAL
DAY, HOUR, MINUTE = Unit.WORKING_DAY, Unit.HOUR, Unit.MINUTE
DARK, BOTH, RED_ONLY, URGENT = (
    Lights.NONE, Lights.BOTH, Lights.RED_AT_DEADLINE, Lights.YELLOW_THEN_RED_AT_DEADLINE,
)  # fmt: skip

# Source and urgency are two axes. An urgent order's handling and rework dates are its result's (Art. 13: the shorter
# limit rules), so HANDLE and REWORK have no urgent line.
TABLE: tuple[Row, ...] = (
    #   kind               source      urgent  n                          unit    lights
    Row(Kind.DISPATCH,     EITHER,     False,  1,                         DAY,    DARK),
    Row(Kind.DISPATCH,     EITHER,     True,   "urgent_dispatch_minutes", MINUTE, DARK),
    Row(Kind.HANDLE,       EITHER,     False,  5,                         DAY,    BOTH),
    Row(Kind.EXTENSION,    EITHER,     EITHER, None,                      DAY,    BOTH),
    Row(Kind.RETURN,       ORDINARY,   EITHER, 2,                         DAY,    DARK),
    Row(Kind.RETURN,       PROVINCIAL, EITHER, 1,                         DAY,    DARK),
    Row(Kind.PROMISE,      EITHER,     EITHER, None,                      DAY,    BOTH),
    Row(Kind.DEFICIENT,    EITHER,     False,  "deficient_reply_days",    DAY,    BOTH),
    Row(Kind.DEFICIENT,    EITHER,     True,   "deficient_reply_days",    DAY,    URGENT),
    Row(Kind.REWORK,       EITHER,     False,  "rework_days",             DAY,    BOTH),
    Row(Kind.FIRST_REPORT, EITHER,     True,   2,                         HOUR,   RED_ONLY),
    Row(Kind.RESULT,       EITHER,     True,   RESULT_DAYS_DEFAULT,       DAY,    URGENT),
)  # fmt: skip

ROWS: dict[tuple[Kind, Source, bool], Row] = {
    (row.kind, source, urgent): row
    for row in TABLE
    for source in Source
    for urgent in (False, True)
    if row.source in (EITHER, source) and row.urgent in (EITHER, urgent)
}
"""The table by every case, looked up in one step."""


def row_for(kind: Kind, source: Source, *, urgent: bool) -> Row:
    """The line that rules. Raises NotAllowed (Art. 13) for a date that such an order does not have."""
    row = ROWS.get((kind, source, urgent))
    if row is None:
        sort = "紧急工单" if urgent else "非紧急工单"
        raise NotAllowed(Article(13), f"{sort}没有{kind.term}，请核对工单是否紧急")
    return row


def limit_of(row: Row, policy: Policy) -> int:
    """The number of a line. Raises ValueError for a line whose number is chosen case by case."""
    if isinstance(row.n, int):
        return row.n
    if row.n is None:
        raise ValueError(f"{row.kind.term}没有固定天数，须逐件确定")
    return int(getattr(policy, row.n))
