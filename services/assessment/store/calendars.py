"""The calendar of each tenant, as directory told it: terms of supervision are counted by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from chassis.store import Tx
from regulation.articles import Article, NotAllowed
from regulation.calendar import Calendar, DayOverride, NoCalendar, national, tenant_calendar
from regulation.instants import closing, local_day
from services.assessment.store import copies
from services.assessment.store.supervised import calendars

Day = tuple[str, bool, str]


def keep_calendar(tx: Tx, tenant_id: str, revision: str, days: Sequence[Day], noticed_years: Sequence[int], version: int) -> None:
    """Keep a tenant's newest calendar; what was due by an older one stays due as it was told."""
    row = {"tenant_id": tenant_id, "revision": revision, "days": list(days), "noticed_years": list(noticed_years), "version": version}
    tx.put(calendars, ("tenant_id",), row, newer="version")


def term_after(tx: Tx, days: int, article: Article) -> dt.datetime:
    """The cut-off of the so-many-th working day after today. Raises NotAllowed for a year without a calendar."""
    try:
        last = _calendar(tx).nth_working_day_after(local_day(tx.now), days)
    except NoCalendar as error:
        raise NotAllowed(article, str(error)) from None
    return closing(last, copies.policy_of(tx).cutoff_minutes)


def _calendar(tx: Tx) -> Calendar:
    row = tx.row(calendars, tenant_id=tx.by.tenant_id)
    if row is None:
        return national()
    days = tuple((day, working, reason) for day, working, reason in row["days"])
    return _built(row["revision"], days, tuple(row["noticed_years"]))


@lru_cache(maxsize=64)
def _built(revision: str, days: tuple[Day, ...], noticed_years: tuple[int, ...]) -> Calendar:
    ruled = (DayOverride(dt.date.fromisoformat(day), working, reason) for day, working, reason in days)
    return tenant_calendar(revision, ruled, noticed_years)
