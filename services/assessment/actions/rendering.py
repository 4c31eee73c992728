"""18: reports composed and rendered by a job: its libraries are large, and no worker holds them."""

from __future__ import annotations

from functools import partial

from chassis.caller import Caller
from chassis.store import Store
from services.assessment.actions import reporting
from services.assessment.documents import Format, render
from services.assessment.documents.keeping import kept
from services.assessment.rules.periods import Period
from services.assessment.store import copies, reports


def compose_reports(store: Store) -> int:
    """Whatever report is lacking or was made of older facts; answers how many were made. A second run makes none."""
    made = 0
    for by in (Caller.timer(store.service, tenant_id) for tenant_id in store.read_across(copies.tenants_of)):
        for period in store.read(by, reporting.due):
            made += _publish(store, by, period)
    return made


def _publish(store: Store, by: Caller, period: Period) -> bool:
    composed = store.read(by, partial(reporting.compose_report, period=period))
    if composed is None:
        return False
    report, calls, version = composed
    files = {as_.column: render(report, as_) for as_ in Format}
    values = {"named": report.title, "calls": calls, "content": kept(report), **files}
    store.write(by, partial(reports.add, period=period, version=version, values=values))
    return True
