"""Two dates side by side: the province's as it sent it, and ours by the rule. The earlier rules (11(3), 13).

dispatch rules its orders' dates by the same; here stands what the province said, also before there is an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from regulation.articles import NotAllowed
from regulation.calendar import Calendar, NoCalendar
from regulation.policy import Policy
from regulation.table import RESULT_DAYS, Source
from regulation.terms import dispatch_deadline, handle_deadline

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clocks:
    """Both dates, and the one that dispatch has put in force; a date that nobody named is None."""

    provincial_at: datetime | None
    own_at: datetime | None
    in_force_at: datetime | None = None

    @property
    def ruling_at(self) -> datetime | None:
        """The one in force; before dispatch, the earlier of those there are."""
        return self.in_force_at or min((at for at in (self.provincial_at, self.own_at) if at is not None), default=None)


def expected(received_at: datetime, *, urgent: bool, calendar: Calendar, policy: Policy) -> datetime | None:
    """Our date if the order were dispatched when it came (11(3), 13); None where no calendar or edition tells."""
    try:
        deadline = handle_deadline(received_at, source=Source.PROVINCIAL, urgent=urgent, calendar=calendar, policy=policy)
    except (NoCalendar, NotAllowed):
        return None
    return deadline.deadline_at


def is_producible(due_at: datetime, received_at: datetime, *, urgent: bool, calendar: Calendar, policy: Policy) -> bool:
    """Whether our rule could give this date to an order that came then.

    It could where the order is delivered on some day from its coming to the end of 11(2)'s working day, and, urgent, where the
    result is due in 1 to 3 working days (13). Where no calendar or edition tells, nothing speaks against it.
    """
    try:
        last = dispatch_deadline(received_at, source=Source.PROVINCIAL, urgent=urgent, calendar=calendar, policy=policy).deadline_at
        choices = tuple(RESULT_DAYS) if urgent else (None,)
        return any(_date(at, days, urgent, calendar, policy) == due_at for at in _deliveries(received_at, last) for days in choices)
    except (NoCalendar, NotAllowed):
        return True


def _date(delivered_at: datetime, days: int | None, urgent: bool, calendar: Calendar, policy: Policy) -> datetime:  # noqa: FBT001 - as it is asked above
    return handle_deadline(
        delivered_at, source=Source.PROVINCIAL, urgent=urgent, days=days, calendar=calendar, policy=policy
    ).deadline_at  # fmt: skip


def _deliveries(first: datetime, last: datetime) -> list[datetime]:
    """An instant of each day on which it may be delivered."""
    days = (last - first) // DAY
    return [*(first + DAY * number for number in range(days + 1)), last - timedelta(microseconds=1)]
