"""Reports as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.rules.periods import Every, Period
from services.assessment.store.reported import reports

Row = Mapping[Any, Any]
SHOWN = ("report_id", "tenant_id", "every", "first_day", "last_day", "version", "named", "calls", "composed_at")


def newest(tx: Tx, period: Period) -> Row | None:
    """The newest version of the tenant's of a period."""
    own = reports.c
    same = (own.tenant_id == tx.by.tenant_id) & (own.every == period.every.value) & (own.first_day == period.first.isoformat())
    columns = [own[name] for name in (*SHOWN, "content")]
    return tx.one(tx.select(reports, *columns).where(same).order_by(own.version.desc()).limit(1))


def add(tx: Tx, period: Period, version: int, values: Mapping[str, Any]) -> None:
    """One more; whoever made the same version at the same time was first."""
    days = {"first_day": period.first.isoformat(), "last_day": period.last.isoformat()}
    row = {"report_id": tx.new_id(), "tenant_id": tx.by.tenant_id, "every": period.every.value, **days, "version": version, **values}
    tx.insert_missing(reports, ("tenant_id", "every", "first_day", "version"), [{**row, "composed_at": tx.now}])


def page_of(tx: Tx, page: Page, tenant_id: str, every: Every | None) -> tuple[Sequence[Row], str]:
    """The newest day first, without files; all versions."""
    own = reports.c
    wanted = tx.select(reports, *(own[name] for name in SHOWN)).where(own.tenant_id == tenant_id)
    if every is not None:
        wanted = wanted.where(own.every == every.value)
    return tx.page(wanted, (own.first_day.desc(), own.report_id.desc()), page)


def one(tx: Tx, report_id: str, file: str) -> Row | None:
    """One, with one of its files under `file`."""
    columns = [reports.c[name] for name in SHOWN]
    return tx.one(tx.select(reports, *columns, reports.c[file].label("file")).where(reports.c.report_id == report_id))
