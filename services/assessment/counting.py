"""What assessment measures: every rate of each tenant over the last thirty days that are over (20)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from chassis.caller import Caller
from chassis.counting import TENANT, Level, know
from chassis.store import Store, Tx
from regulation.instants import local_day
from services.assessment.rules.rates import definition
from services.assessment.store import figures
from services.assessment.store.figures import Scope
from services.assessment.store.tables import tenants

DAYS = 30
# A day's figures change while it is over: a minute more does not matter.
SECONDS = 60.0
COUNTED = Level("hotline_rate_counted", "What a rate counted in the last thirty days that are over", TENANT, rate=definition().rates)
HITS = Level("hotline_rate_hits", "How much of that hit", TENANT, rate=definition().rates)


def measure(store: Store) -> None:
    """A few statements a tenant, each within its sums."""
    found = store.read(Caller.timer(store.service, ""), lambda tx: tx.all(select(tenants.c.tenant_id)))
    know((row["tenant_id"], "") for row in found)
    sums = [(row["tenant_id"], each) for row in found for each in store.read(Caller.timer(store.service, row["tenant_id"]), _rates)]
    COUNTED.put({(tenant, rate): float(counted) for tenant, (rate, counted, _) in sums})
    HITS.put({(tenant, rate): float(hits) for tenant, (rate, _, hits) in sums})


def _rates(tx: Tx) -> list[tuple[str, int, int]]:
    today = local_day(tx.now)
    scope = Scope(tx.by.tenant_id, (today - dt.timedelta(days=DAYS)).isoformat(), (today - dt.timedelta(days=1)).isoformat())
    return [(row["rate"], int(row["counted"]), int(row["hits"])) for row in figures.by_rate(tx, scope, definition().rates)]
