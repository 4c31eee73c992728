"""14: a topic is put before a unit, studied and answered by it, and followed until a person closes it."""

from __future__ import annotations

import datetime as dt
import enum

from chassis.errors import Invalid
from regulation.articles import Article, NotAllowed
from regulation.instants import closing

STUDYING = Article(14)
_WHOLE_DAY = 24 * 60


class State(enum.StrEnum):
    """Where a study stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _TERMS[self]


_TERMS = {State.ASKED: "待研究", State.ANSWERED: "已反馈", State.CLOSED: "已办结"}
STEPS = {
    "answer_study": (frozenset({State.ASKED}), State.ANSWERED),
    "send_back_study": (frozenset({State.ANSWERED}), State.ASKED),
    "close_study": (frozenset({State.ASKED, State.ANSWERED}), State.CLOSED),
}


def step(verb: str, state: State) -> State:
    """Where a step leads. Raises NotAllowed where it may not be taken."""
    before, after = STEPS[verb]
    if state not in before:
        raise NotAllowed(STUDYING, f"该专题研究现为“{state.term}”，不能进行此操作，请刷新后查看")
    return after


def due_at(day: str, today: dt.date) -> dt.datetime:
    """The end of a local day that is not over. Raises Invalid for none."""
    try:
        due = dt.date.fromisoformat(day)
    except ValueError:
        raise Invalid("due_day", "请填写反馈期限，例如 2025-03-31", STUDYING.code) from None
    if due < today:
        raise Invalid("due_day", "反馈期限已过：请填写今天或以后的日期", STUDYING.code)
    return closing(due, _WHOLE_DAY)
