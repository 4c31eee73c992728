"""Deriving the dates of an open round again when the calendar has another revision."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from regulation.articles import edition_named
from regulation.counting import count_clock, count_working_days, end_on
from regulation.deadlines import Deadline, Kind, Unit
from regulation.instants import closing_day, to_local
from regulation.table import Source, row_for
from regulation.terms import deficient_deadline, upgraded_result_deadline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regulation.calendar import Calendar
    from regulation.policy import Policy


def redate(history: Sequence[Deadline], *, calendar: Calendar, policy: Policy) -> tuple[Deadline, ...]:
    """The dates of one open round of one order, in the order they replaced one another, by another calendar.

    Only the calendar moves them: triggers, numbers, editions and the cut-off stay as they were, a promised day too.
    An extension follows the date it extended. An assisting unit's date (16) and a capped return are not given here:
    their functions in terms give them from the lead's or the result's new date. Raises as terms does.
    """
    renewed: list[Deadline] = []
    for place, old in enumerate(history):
        before = (history[place - 1], renewed[-1]) if renewed else None
        renewed.append(_renew(old, before, calendar, _as_stamped(old, policy)))
    return tuple(renewed)


def _as_stamped(old: Deadline, policy: Policy) -> Policy:
    """The policy with the cut-off the date was stamped under."""
    if old.unit is not Unit.WORKING_DAY:
        return policy
    local = to_local(old.deadline_at)
    return replace(policy, cutoff_minutes=local.hour * 60 + local.minute or 24 * 60)


def _renew(old: Deadline, before: tuple[Deadline, Deadline] | None, calendar: Calendar, policy: Policy) -> Deadline:
    edition = edition_named(old.edition)
    row = row_for(old.kind, Source.ORDINARY, urgent=_urgent(old))
    if old.unit is not Unit.WORKING_DAY:
        return count_clock(row, old.trigger_at, old.n, calendar=calendar, policy=policy, edition=edition)
    if old.kind is Kind.PROMISE:
        day = closing_day(old.deadline_at)
        return end_on(row, old.trigger_at, day, calendar=calendar, policy=policy, edition=edition)
    if before is not None and old.kind is Kind.DEFICIENT:
        return deficient_deadline(before[1], old.trigger_at, calendar=calendar, policy=policy, edition=edition)
    if before is not None and old.kind is Kind.RESULT:
        return upgraded_result_deadline(
            before[1].deadline_at, upgraded_at=old.trigger_at, calendar=calendar, policy=policy, edition=edition
        )
    trigger, after = old.trigger_at, None
    if old.kind is Kind.EXTENSION:
        if before is not None and before[0].deadline_at == old.trigger_at:
            trigger = before[1].deadline_at
        after = closing_day(trigger)
    return count_working_days(row, trigger, old.n, calendar=calendar, policy=policy, edition=edition, after=after)


def _urgent(old: Deadline) -> bool:
    if old.kind is Kind.DISPATCH:
        return old.unit is Unit.MINUTE
    return old.kind in {Kind.FIRST_REPORT, Kind.RESULT} or old.red_at == old.deadline_at
