"""15: a supervision (督办) from proposal to end, and which step may follow which. People take every step but the proposal."""

from __future__ import annotations

import enum

from regulation.articles import NotAllowed
from regulation.grounds import Ground


class State(enum.StrEnum):
    """Where a supervision stands."""

    PROPOSED = "proposed"
    # A person saw no need of it.
    SET_ASIDE = "set_aside"
    # All its evidence fell away before a person issued it.
    VOID = "void"
    ISSUED = "issued"
    ANSWERED = "answered"
    CLOSED = "closed"
    # To the ladder of 16.
    RAISED = "raised"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _TERMS[self]


_TERMS = {
    State.PROPOSED: "拟督办", State.SET_ASIDE: "不予督办", State.VOID: "督办失据", State.ISSUED: "督办中", State.ANSWERED: "已反馈整改",
    State.CLOSED: "督办办结", State.RAISED: "已提级",
}  # fmt: skip
STANDING = frozenset({State.PROPOSED, State.ISSUED, State.ANSWERED, State.RAISED})
"""While one stands, no other is proposed of the same ground against the same unit."""
UNSEEN = frozenset({State.PROPOSED, State.SET_ASIDE, State.VOID})
"""What a unit is not told of."""
AWAITED = frozenset({State.ISSUED})
"""The unit's answer is awaited."""

STEPS: dict[str, tuple[frozenset[State], State]] = {
    "issue_supervision": (frozenset({State.PROPOSED}), State.ISSUED),
    "set_aside_supervision": (frozenset({State.PROPOSED}), State.SET_ASIDE),
    "void_supervision": (frozenset({State.PROPOSED}), State.VOID),
    "answer_supervision": (frozenset({State.ISSUED}), State.ANSWERED),
    "close_supervision": (frozenset({State.ISSUED, State.ANSWERED, State.RAISED}), State.CLOSED),
    "raise_supervision": (frozenset({State.ISSUED, State.ANSWERED, State.RAISED}), State.RAISED),
}


def step(verb: str, ground: Ground, state: State) -> State:
    """Where a step leads. Raises NotAllowed where it may not be taken."""
    before, after = STEPS[verb]
    if state not in before:
        raise NotAllowed(ground.article, f"该督办现为“{state.term}”，不能进行此操作，请刷新后查看")
    return after


def numbered(year: int, count: int) -> str:
    """A supervision's number (督办单号)."""
    return f"DB{year}{count:04}"
