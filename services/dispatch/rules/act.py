"""An act: who does something to an order, when, and by which law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from chassis.caller import Caller
from regulation.deadlines import Deadline
from services.dispatch.rules import clocks
from services.dispatch.rules.law import Law
from services.dispatch.rules.order import Order


@dataclass(frozen=True, slots=True)
class Act:
    """What every verb knows beside its own words.

    `law_now` gives the law, asked for only by verbs that give a date or a term. `fresh_id` names what the verb makes: a
    request, an inner order. `outer` is the order that an inner one was handed on from (7(2)).
    """

    by: Caller
    now: dt.datetime
    law_now: Callable[[], Law]
    fresh_id: str = ""
    outer: Order | None = None

    @property
    def law(self) -> Law:
        """The law as it stands for the order."""
        return self.law_now()

    @property
    def outer_date(self) -> Deadline | None:
        """The date an inner order's is never later than; none for any other order."""
        return clocks.answer(self.outer).deadline if self.outer else None
