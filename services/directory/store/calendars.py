"""Loads and saves the revisions of tenants' calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chassis.store import Tx
from services.directory.rules.calendars import Days, Ruling
from services.directory.store.tables import calendar_revisions


@dataclass(frozen=True)
class Revision:
    """A tenant's calendar after a change."""

    tenant_id: str
    version: int
    revision: str
    base: str
    verb: str
    reason: str
    by_id: str
    at: datetime
    days: Days


def newest_revision(tx: Tx, tenant_id: str) -> Revision | None:
    """The calendar a tenant lives by now."""
    mine = tx.select(calendar_revisions).where(calendar_revisions.c.tenant_id == tenant_id)
    row = tx.one(mine.order_by(calendar_revisions.c.version.desc()).limit(1))
    return revision_of(row) if row else None


def named_revision(tx: Tx, tenant_id: str, revision: str) -> Revision | None:
    """The calendar a tenant lived by at a revision."""
    same = (calendar_revisions.c.tenant_id == tenant_id) & (calendar_revisions.c.revision == revision)
    row = tx.one(tx.select(calendar_revisions).where(same))
    return revision_of(row) if row else None


def revision_of(row: Mapping[Any, Any]) -> Revision:
    """A row of `calendar_revisions`."""
    notices = {int(year): _read(days) for year, days in row["notices"].items()}
    facts = {name: row[name] for name in Revision.__dataclass_fields__ if name != "days"}
    return Revision(**facts, days=Days(notices, _read(row["own"])))


def save_revision(tx: Tx, revision: Revision) -> None:
    """Insert a revision; none is ever changed."""
    facts = {name: getattr(revision, name) for name in Revision.__dataclass_fields__ if name != "days"}
    notices = {str(year): _plain(days) for year, days in revision.days.notices.items()}
    tx.insert(calendar_revisions, **facts, notices=notices, own=_plain(revision.days.own))


def _plain(days: Mapping[date, Ruling]) -> dict[str, list[Any]]:
    return {day.isoformat(): [ruling.working, ruling.reason] for day, ruling in days.items()}


def _read(days: Mapping[str, list[Any]]) -> dict[date, Ruling]:
    return {date.fromisoformat(day): Ruling(*ruling) for day, ruling in days.items()}
