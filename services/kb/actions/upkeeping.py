"""Freshness: what is stale becomes work of its unit, what is not done in time a fact (Art. 8(3), 15(5))."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from chassis.caller import Caller
from chassis.store import Store, Tx
from services.kb.actions.telling import tell_asked, tell_done, tell_overdue
from services.kb.rules.entries import Content, Entry
from services.kb.rules.freshness import Ground, Upkeep, check_on, due_at, grounds_of, pressing, today
from services.kb.store import copies, using
from services.kb.store import entries as rows
from services.kb.store import upkeep as tasks
from services.kb.store.tables import entries as table
from services.kb.store.upkeep import Gap

LOG = logging.getLogger(__name__)
BATCH = 200
Due = Callable[[Tx, int], list[tuple[str, str]]]


def check_entry(tx: Tx, entry: Entry, content: Content) -> None:
    """Hold a published text against today: its unit is told of what is stale, and what is fresh again is done."""
    day, policy = today(tx.now), copies.policy_of(tx)
    grounds = grounds_of(content, using.count_outdated(tx, entry.entry_id, entry.published_version), day, policy)
    ask_upkeep(tx, entry.tenant_id, entry.unit_id, grounds, entry_id=entry.entry_id)
    fresh = {"grounds": [ground.value for ground in grounds], "check_on": check_on(content, day)}
    tx.run(tx.update(table).where(table.c.entry_id == entry.entry_id).values(fresh))


def ask_upkeep(tx: Tx, tenant_id: str, unit_id: str, grounds: tuple[Ground, ...], *, entry_id: str = "", gap_id: str = "") -> None:
    """Tell a unit of its work once; with no ground left it is done. Another unit's work begins anew."""
    task = tasks.open_of(tx, entry_id, gap_id)
    if task is not None and (not grounds or task.unit_id != unit_id):
        finish(tx, task)
        task = None
    if not grounds:
        return
    if task is None:
        policy = copies.policy_of(tx)
        task = Upkeep(tx.new_id(), tenant_id, unit_id, entry_id, gap_id, grounds, tx.now, due_at(tx.now, policy))
        tasks.put(tx, task)
        tell_asked(tx, task)
    elif task.grounds != grounds:
        tasks.put(tx, replace(task, grounds=grounds))


def finish(tx: Tx, task: Upkeep) -> None:
    """The work is done; late it stays a fact."""
    done = replace(task, done_at=tx.now, events=task.events + 1)
    tasks.put(tx, done)
    tell_done(tx, done)


def press_gap(tx: Tx, gap: Gap) -> None:
    """A question asked in vain too often is work of its unit."""
    if gap.closed_at is None and pressing(gap.asked, copies.policy_of(tx)):
        ask_upkeep(tx, gap.tenant_id, gap.unit_id, (Ground.ASKED_IN_VAIN,), gap_id=gap.gap_id)


def check_entries(store: Store) -> int:
    """Check every entry whose day came; answers how many. What a crash leaves undone is due still."""
    return _each(store, lambda tx, limit: tasks.to_check(tx, today(tx.now), limit), _check)


def miss_terms(store: Store) -> int:
    """Every upkeep whose term went by becomes a fact; answers how many."""
    return _each(store, tasks.overdue, _miss)


def _check(tx: Tx, entry_id: str) -> None:
    entry = rows.load(tx, entry_id, lock=True)
    if entry.published_version:
        check_entry(tx, entry, rows.load_version(tx, entry_id, entry.published_version).content)


def _miss(tx: Tx, upkeep_id: str) -> None:
    task = tasks.claim(tx, upkeep_id)
    if task is not None and task.due_at < tx.now:
        missed = replace(task, overdue_at=task.due_at, events=task.events + 1)
        tasks.put(tx, missed)
        tell_overdue(tx, missed)


def _each(store: Store, due: Due, act: Callable[[Tx, str], None]) -> int:
    """One transaction for each, so that one that fails holds up no other; a full batch of failures ends the turn."""
    count = 0
    while found := store.read_across(lambda tx: due(tx, BATCH)):
        done = sum(_one(store, tenant, item, act) for tenant, item in found)
        count += done
        if not done or len(found) < BATCH:
            break
    return count


def _one(store: Store, tenant: str, item: str, act: Callable[[Tx, str], None]) -> int:
    try:
        store.write(Caller.timer(store.service, tenant), lambda tx: act(tx, item))
    except Exception:
        LOG.exception("upkeep of %s failed and stays due", item)
        return 0
    return 1
