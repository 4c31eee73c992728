"""An order's story: what was done to it, step by step, and where that leaves it by the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from regulation.terms import Kind, Source
from simulator.book.standing import Law, Standing

ENDS_INNER = frozenset({"recall", "grant_return", "reply", "reply_with_explanation", "send_back_reply", "rework"})
"""7(2): after these, whoever holds the outer order answers it or hands it on anew."""
CLOSINGS = frozenset({"close_satisfied", "close_dissatisfied", "close_unreachable"})
OPENINGS = frozenset({"open_order", "hand_on_to"})
"""How a story begins: for the city's order when its ticket was formed, for an inner one when it was handed on."""


@dataclass(frozen=True)
class Step:
    """A verb of `Standing`, when it was done, and what was said with it."""

    verb: str
    at: datetime
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Story:
    """What was done to an order. `outer`: of an inner one, the order that it was handed on from."""

    order_id: str
    tenant_id: str
    law: Law
    source: Source
    urgent: bool
    outer: Story | None = None
    steps: list[Step] = field(default_factory=list)
    inner: list[Story] = field(default_factory=list)

    def enter(self, verb: str, at: datetime, **said: Any) -> None:
        """Something was done; an open inner order follows where the law says so (7(2))."""
        self.steps.append(Step(verb, at, said))
        if self.inner and self.inner[-1].is_open and (following := _following(self.inner[-1].standing().state, verb)):
            self.inner[-1].enter(following, at)

    def begin_inner(self, order_id: str, tenant_id: str, law: Law, at: datetime, unit_id: str) -> Story:
        """7(2): it was handed on."""
        inner = Story(order_id, tenant_id, law, self.source, self.urgent, outer=self)
        self.inner.append(inner)
        inner.enter("hand_on_to", at, unit_id=unit_id)
        return inner

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.standing().state not in {"CLOSED", "WITHDRAWN"}

    @property
    def verbs(self) -> list[str]:
        """What was done, in order; its opening left out."""
        return [step.verb for step in self.steps if step.verb not in OPENINGS]

    def standing(self, until: datetime | None = None) -> Standing:
        """Where the order stands after its steps, or after those up to an instant."""
        standing = Standing(self.law, self.source, self.urgent)
        for step in self.steps:
            if until is None or step.at <= until:
                self._know_outer(standing, step.at)
                getattr(standing, step.verb)(step.at, **step.said)
        return standing

    def timed(self, instants: Sequence[datetime], outer: Story | None) -> Story:
        """The same story with the instants at which the system says its steps were done, one for each."""
        steps = [replace(step, at=at) for step, at in zip(self.steps, instants, strict=True)]
        return replace(self, steps=steps, outer=outer)

    def everyone(self) -> Iterator[Story]:
        """The order's story, and those of its inner ones."""
        yield self
        yield from self.inner

    def _know_outer(self, standing: Standing, at: datetime) -> None:
        """7(2): the outer order's date in force, and its first report while that is owed (13)."""
        if self.outer is None:
            return
        outer = self.outer.standing(at)
        if not outer.rounds or outer.round.ending != "UNSPECIFIED":
            return
        standing.outer_due = outer.due.deadline
        owed = [each.deadline for each in outer.dates if each.kind is Kind.FIRST_REPORT and each.round == outer.round.number]
        standing.outer_report = owed[-1] if owed and outer.round.reported is None else None


def _following(inner: str, verb: str) -> str | None:
    """7(2): what an open inner order does when this was done to its outer one; None: it goes on."""
    if verb in {"withdraw", "supplement"}:
        return verb
    if verb in CLOSINGS:
        return verb if inner == "CALLING_BACK" else "lapse"
    answered = verb in {"reply", "reply_with_explanation"} and inner == "CALLING_BACK"
    return "lapse" if verb in ENDS_INNER and not answered else None
