"""15: once a day the facts of the days that are over are held against the grounds of supervision; what is found is proposed."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

from chassis.caller import Caller
from chassis.store import Store, Tx
from regulation.grounds import Ground
from regulation.instants import closing, local_day
from regulation.policy import Policy
from services.assessment.actions import finding, supervising
from services.assessment.rules import grounds
from services.assessment.rules.grounds import Back, Evidence, Found
from services.assessment.rules.ranking import shifted
from services.assessment.rules.supervision import State
from services.assessment.store import copies, months, supervisions

LOG = logging.getLogger(__name__)
DAY = dt.timedelta(days=1)
MIDNIGHT = 0


def look_for_grounds(store: Store) -> int:
    """Every tenant whose yesterday was not looked at yet; answers how many. What a crash leaves undone is due still."""
    day = _yesterday(store.clock.now())
    tenants = store.read_across(lambda tx: supervisions.not_looked_at(tx, day.isoformat()))
    for tenant_id in tenants:
        try:
            store.write(Caller.timer(store.service, tenant_id), look)
        except Exception:
            LOG.exception("grounds of %s stay to be looked for", tenant_id)
    return len(tenants)


def look(tx: Tx) -> None:
    """Propose what the tenant's facts call for, once a day; proposals whose evidence all fell away are void."""
    day = _yesterday(tx.now)
    if not supervisions.take_day(tx, day.isoformat()):
        return
    policy = copies.policy_of(tx)
    standing = supervisions.standing(tx)
    _void_groundless(tx, standing)
    units = {unit["unit_id"]: unit for unit in months.assessed_units(tx) if unit["open"]}
    for found in _found(tx, day, policy, {unit_id: unit["kind"] for unit_id, unit in units.items()}):
        if found.unit_id in units:
            supervising.propose(tx, units[found.unit_id], found, standing.get((found.ground.value, found.unit_id)))
    finding.look_for_signs(tx, units, _window(day, policy), policy)


def entry_refused(tx: Tx, unit_id: str, entry_id: str, version: int, at: dt.datetime) -> None:
    """15(5): 更新内容不符合要求的: a text was refused at review."""
    unit = next((unit for unit in months.assessed_units(tx) if unit["unit_id"] == unit_id), None)
    refused = Evidence(unit_id, grounds.REFUSED, entry_id, version, "", local_day(at).isoformat())
    if unit and not supervisions.is_evidence(tx, Ground.STALE_KNOWLEDGE, refused):
        supervising.gather(tx, unit, Found(Ground.STALE_KNOWLEDGE, unit_id, (refused,)))


def _found(tx: Tx, day: dt.date, policy: Policy, kinds: dict[str, str]) -> Iterator[Found]:
    since, until = _window(day, policy)
    missed, done = {"hit": False}, {"hit": True}

    def facts(ground: Ground, *rates: str, **hit: bool) -> list[Evidence]:
        return supervisions.facts_among(tx, ground, rates, since, until, **hit)

    yield from grounds.overdue(facts(Ground.OVERDUE, grounds.OVERDUE, **missed))
    back = _back(tx, dt.date.fromisoformat(since))
    yield from grounds.recurrent(facts(Ground.RECURRENT, grounds.REWORK, **done), back, supervisions.closed_orders(tx, back), policy)
    against = facts(Ground.NEGLIGENT, grounds.SIGN_IN, grounds.FIRST_REPORT, **missed)
    against += facts(Ground.NEGLIGENT, grounds.DEFICIENT, **done)
    last = supervisions.last_issued(tx, Ground.NEGLIGENT, _begin(dt.date.fromisoformat(since)))
    counted = supervisions.counted_after(tx, (grounds.SIGN_IN, grounds.FIRST_REPORT, grounds.DEFICIENT), (since, until), last)
    yield from grounds.negligent(counted, against, policy)
    month = shifted(day.isoformat()[:7], -1)
    yield from _fresh(tx, grounds.low_rates(month, months.counted(tx, month, grounds.COMPARED), kinds, policy))
    yield from grounds.stale(facts(Ground.STALE_KNOWLEDGE, grounds.UPKEEP, **missed))


def _back(tx: Tx, since: dt.date) -> list[Back]:
    found = supervisions.recurrences_since(tx, _begin(since))
    return [Back(ticket_id, of, local_day(at).isoformat()) for ticket_id, of, at in found]


def _fresh(tx: Tx, found: list[Found]) -> Iterator[Found]:
    """But for what was evidence before."""
    for each in found:
        fresh = tuple(one for one in each.evidence if not supervisions.is_evidence(tx, each.ground, one))
        if fresh:
            yield Found(each.ground, each.unit_id, fresh)


def _void_groundless(tx: Tx, standing: dict[tuple[str, str], Any]) -> None:
    for at, row in list(standing.items()):
        if row["state"] == State.PROPOSED and row["ground"] != Ground.OTHER:
            gone, left = supervisions.fallen(tx, row["supervision_id"])
            supervisions.drop_evidence(tx, gone)
            if not left:
                supervising.void(tx, row)
                del standing[at]


def _window(day: dt.date, policy: Policy) -> tuple[str, str]:
    """The days that are looked at, both counted."""
    return (day - policy.supervision_window_days * DAY).isoformat(), day.isoformat()


def _yesterday(now: dt.datetime) -> dt.date:
    return local_day(now) - DAY


def _begin(day: dt.date) -> dt.datetime:
    return closing(day, MIDNIGHT)
