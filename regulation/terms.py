"""THE RULE TABLE: limit x source x urgency x article, and the dates it gives.

Every function takes aware instants and gives UTC ones. Without an `edition` the trigger's own is used. All raise
NoCalendar for a year without data, NotAllowed (Art. 23) for a trigger with no edition in force, and ValueError for an
instant without a zone. How each clause is read: docs/interpretations.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from regulation.articles import Article, Edition, NotAllowed
from regulation.calendar import Calendar
from regulation.counting import count_clock, count_working_days, cut_short, end_on
from regulation.deadlines import Deadline, Kind, Light, Unit, light, overdue
from regulation.explanation import Day, explain
from regulation.instants import closing_day, local_day, to_utc
from regulation.policy import Policy
from regulation.table import (
    EXTENSION_USUAL_DAYS,
    RESULT_DAYS,
    RESULT_DAYS_DEFAULT,
    TABLE,
    Lights,
    Row,
    Source,
    limit_of,
    row_for,
)  # fmt: skip

__all__ = [
    "EXTENSION_USUAL_DAYS", "RESULT_DAYS", "RESULT_DAYS_DEFAULT", "TABLE", "Day", "Deadline", "Kind", "Light",
    "Lights", "Policy", "Row", "Source", "Unit", "assisting_deadline", "deficient_deadline", "dispatch_deadline",
    "explain", "extension_ask_by", "extension_deadline", "extension_needs_supervisor", "first_report_deadline",
    "handle_deadline", "light", "overdue", "promise_deadline", "result_deadline", "return_deadline",
    "rework_deadline", "row_for", "ruling_deadline", "upgraded_result_deadline",
]  # fmt: skip

ORDINARY = Source.ORDINARY


def dispatch_deadline(
    formed_at: dt.datetime, *, source: Source = ORDINARY, urgent: bool = False,
    calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """11(2): within 1 working day of the ticket being formed, or of a granted return; an urgent one at once."""
    row = row_for(Kind.DISPATCH, source, urgent=urgent)
    if row.unit is Unit.WORKING_DAY:
        return count_working_days(row, formed_at, limit_of(row, policy), calendar=calendar, policy=policy, edition=edition)
    return count_clock(row, formed_at, limit_of(row, policy), calendar=calendar, policy=policy, edition=edition)


def handle_deadline(
    delivered_at: dt.datetime, *, source: Source = ORDINARY, urgent: bool = False, days: int | None = None,
    calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """11(3): 5 working days from delivery. An urgent order's is its result's, of `days` (13)."""
    if urgent:
        return result_deadline(delivered_at, days=days, calendar=calendar, policy=policy, edition=edition)
    row = row_for(Kind.HANDLE, source, urgent=urgent)
    return count_working_days(row, delivered_at, limit_of(row, policy), calendar=calendar, policy=policy, edition=edition)


def extension_deadline(
    old_deadline_at: dt.datetime, days: int, source: Source = ORDINARY, *, urgent: bool = False,
    calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """11(4): the old deadline + n working days, counted after the day the old one closes.

    More than EXTENSION_USUAL_DAYS is given here too: who may grant it is asked by extension_needs_supervisor.
    Raises NotAllowed for an urgent order (13, policy) and for n < 1.
    """
    _refuse_to_postpone(Kind.EXTENSION, policy, urgent=urgent)
    if days < 1:
        raise NotAllowed(Article(11, 4), f"延期应不少于1个工作日，收到的是{days}，请改写延期天数")
    row = row_for(Kind.EXTENSION, source, urgent=urgent)
    after = closing_day(old_deadline_at)
    return count_working_days(row, old_deadline_at, days, calendar=calendar, policy=policy, edition=edition, after=after)


def extension_needs_supervisor(days: int) -> bool:
    """11(4), 一般不超过5个工作日: more only by a named supervisor with a reason."""
    return days > EXTENSION_USUAL_DAYS


def extension_ask_by(deadline_at: dt.datetime, source: Source, *, calendar: Calendar, policy: Policy) -> dt.datetime:
    """11(4): the last instant to ask: the deadline; provincial: the cut-off of the working day before it."""
    if source is Source.ORDINARY:
        return deadline_at.astimezone(dt.UTC)
    before = calendar.previous_working_day(closing_day(deadline_at))
    return calendar.closing(before.toordinal(), policy.cutoff_minutes)


def return_deadline(
    delivered_at: dt.datetime, *, source: Source = ORDINARY, urgent: bool = False,
    result_at: dt.datetime | None = None, calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """11(6): within 2 working days of delivery, provincial 1; never after `result_at` (13; 11(3): the province's date)."""
    row = row_for(Kind.RETURN, source, urgent=urgent)
    own = count_working_days(row, delivered_at, limit_of(row, policy), calendar=calendar, policy=policy, edition=edition)
    if result_at is None or own.deadline_at <= result_at:
        return own
    capped = end_on(row, delivered_at, closing_day(result_at), calendar=calendar, policy=policy, edition=edition)
    return replace(capped, deadline_at=min(capped.deadline_at, to_utc(result_at)))


def promise_deadline(
    promised_day: dt.date, *, asked_at: dt.datetime, old_deadline_at: dt.datetime | None = None,
    source: Source = ORDINARY, urgent: bool = False,
    calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """11(7): the cut-off of the promised day, a working day or not, for it is what the caller was told.

    Raises NotAllowed for an urgent order (13, policy), for a day not after the old deadline's (or before the day of
    asking, when none is given), and for one beyond the horizon (policy).
    """
    _refuse_to_postpone(Kind.PROMISE, policy, urgent=urgent)
    asked = local_day(asked_at)
    earliest = asked if old_deadline_at is None else closing_day(old_deadline_at) + dt.timedelta(days=1)
    if promised_day < earliest:
        raise NotAllowed(Article(11, 7), f"承诺日期{promised_day}过早，应为{earliest}或以后，请重新填写")
    if calendar.working_days_between(asked, promised_day) > policy.promise_horizon_days:
        latest = calendar.nth_working_day_after(asked, policy.promise_horizon_days)
        raise NotAllowed(Article(11, 7), f"承诺日期{promised_day}过远，最迟为{latest}，请重新填写")
    row = row_for(Kind.PROMISE, source, urgent=urgent)
    return end_on(row, asked_at, promised_day, calendar=calendar, policy=policy, edition=edition)


def rework_deadline(
    redelivered_at: dt.datetime, *, source: Source = ORDINARY, urgent: bool = False, days: int | None = None,
    calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """11(9): a fresh 5 working days (policy) from redelivery; an urgent order's is a fresh result's."""
    if urgent:
        return result_deadline(redelivered_at, days=days, calendar=calendar, policy=policy, edition=edition)
    row = row_for(Kind.REWORK, source, urgent=urgent)
    return count_working_days(row, redelivered_at, limit_of(row, policy), calendar=calendar, policy=policy, edition=edition)


def first_report_deadline(
    delivered_at: dt.datetime, *, source: Source = ORDINARY,
    calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """13: 2 hours by the clock from delivery, or from the upgrade; red at the deadline."""
    row = row_for(Kind.FIRST_REPORT, source, urgent=True)
    return count_clock(row, delivered_at, limit_of(row, policy), calendar=calendar, policy=policy, edition=edition)


def result_deadline(
    delivered_at: dt.datetime, *, days: int | None = None, source: Source = ORDINARY,
    calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """13: within 1 to 3 working days of delivery, as chosen at dispatch. Raises NotAllowed for another number."""
    row = row_for(Kind.RESULT, source, urgent=True)
    chosen = limit_of(row, policy) if days is None else days
    if chosen not in RESULT_DAYS:
        raise NotAllowed(Article(13), f"紧急工单的处置结果期限应为1至3个工作日，收到的是{chosen}，请改选")
    return count_working_days(row, delivered_at, chosen, calendar=calendar, policy=policy, edition=edition)


def upgraded_result_deadline(
    old_deadline_at: dt.datetime, *, upgraded_at: dt.datetime, source: Source = ORDINARY,
    calendar: Calendar, policy: Policy, edition: Edition | None = None,
) -> Deadline:  # fmt: skip
    """13: an order upgraded midway: the earlier of the old deadline and the upgrade + 3 working days."""
    fresh = result_deadline(upgraded_at, source=source, calendar=calendar, policy=policy, edition=edition)
    if fresh.deadline_at <= old_deadline_at:
        return fresh
    row = row_for(Kind.RESULT, source, urgent=True)
    own = end_on(row, upgraded_at, closing_day(old_deadline_at), calendar=calendar, policy=policy, edition=edition)
    old = to_utc(old_deadline_at)
    return replace(own, deadline_at=old, red_at=old)


def deficient_deadline(
    old: Deadline, decided_at: dt.datetime, *, calendar: Calendar, policy: Policy, edition: Edition | None = None
) -> Deadline:
    """11(8): a reply sent back: the later of the old deadline and the decision + 1 working day (policy).

    The old one itself when it is the later. Its lights are of the old one's sort: an urgent order stays red at once.
    """
    row = row_for(Kind.DEFICIENT, ORDINARY, urgent=old.red_at == old.deadline_at)
    fresh = count_working_days(row, decided_at, limit_of(row, policy), calendar=calendar, policy=policy, edition=edition)
    return fresh if fresh.deadline_at > old.deadline_at else old


def assisting_deadline(
    lead: Deadline, delivered_at: dt.datetime, *, calendar: Calendar, policy: Policy, edition: Edition | None = None
) -> Deadline:
    """16: an assisting unit's date: a working day before the lead's (policy).

    Never before one working day after its own delivery, nor after the lead's; an hour limit is shared as it is.
    """
    if lead.unit is not Unit.WORKING_DAY:
        return lead
    delivered, lead_day = local_day(delivered_at), closing_day(lead.deadline_at)
    wished = lead_day
    for _ in range(policy.assisting_lead_days):
        wished = calendar.previous_working_day(wished)
    last = min(lead_day, max(wished, calendar.next_working_day(delivered)))
    row = row_for(lead.kind, ORDINARY, urgent=lead.kind is Kind.RESULT)
    own = end_on(row, delivered_at, last, calendar=calendar, policy=policy, edition=edition)
    return replace(own, article=Article(16), deadline_at=min(own.deadline_at, lead.deadline_at))


def ruling_deadline(
    own: Deadline, provincial_at: dt.datetime, *, begun_at: dt.datetime | None = None, calendar: Calendar, policy: Policy
) -> Deadline:
    """11(3): our date and the province's own side by side: the earlier rules, and what is given keeps both.

    One that was over when it began to bind the unit rules nothing, for nobody could meet it: `begun_at`, or ours' own trigger.
    Hour limits (13) are nobody's to cut.
    """
    begun_at = own.trigger_at if begun_at is None else begun_at
    if own.unit is not Unit.WORKING_DAY or not begun_at < provincial_at < own.deadline_at:
        return own
    return cut_short(own, provincial_at, begun_at, calendar=calendar, policy=policy)


def _refuse_to_postpone(kind: Kind, policy: Policy, *, urgent: bool) -> None:
    if urgent and not policy.urgent_may_postpone:
        verb = "延期" if kind is Kind.EXTENSION else "续报"
        raise NotAllowed(Article(13), f"紧急工单不得{verb}，请在规定的1至3个工作日内反馈处置结果")
