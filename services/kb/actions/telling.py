"""The journal's steps and the events of entries and upkeep."""

from __future__ import annotations

from chassis import journal
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.kb.v1 import entry_pb2
from hotline.kb.v1 import events_pb2 as events
from regulation.articles import Article
from services.kb.counting import count_missed
from services.kb.lifecycle import ARTICLES, KEEPING, SUPERVISING
from services.kb.rules.entries import Content, Entry
from services.kb.rules.freshness import Ground, Upkeep


def ground_number(ground: Ground) -> entry_pb2.Ground.ValueType:
    """GROUND_REVIEW_DUE for "review_due"."""
    return entry_pb2.Ground.Value(f"GROUND_{ground.name}")


def record(tx: Tx, entry: Entry, verb: str, **detail: str | int) -> None:
    """Append a step to an entry's journal (Art. 10), under its clause."""
    given = {name: value for name, value in detail.items() if value not in ("", 0)}
    journal.append(tx, entry.entry_id, verb, ARTICLES[verb].code, given, tenant_id=entry.tenant_id)


def tell_published(tx: Tx, entry: Entry, content: Content) -> None:
    """A text is the one that is found."""
    event = events.EntryPublished(
        entry_id=entry.entry_id,
        unit_id=entry.unit_id,
        entry_version=entry.version,
        title=content.title,
        at=stamp(tx.now),
        version=entry.events,
    )
    tx.tell(event, entry.entry_id, entry.events, entry.tenant_id)


def tell_refused(tx: Tx, entry: Entry, reason: str) -> None:
    """A text did not meet what was demanded (15(5))."""
    event = events.EntryRefused(
        entry_id=entry.entry_id, unit_id=entry.unit_id, entry_version=entry.version, reason=reason, at=stamp(tx.now), version=entry.events
    )
    tx.tell(event, entry.entry_id, entry.events, entry.tenant_id)


def tell_retired(tx: Tx, entry: Entry, reason: str) -> None:
    """It is no longer found."""
    event = events.EntryRetired(entry_id=entry.entry_id, unit_id=entry.unit_id, reason=reason, at=stamp(tx.now), version=entry.events)
    tx.tell(event, entry.entry_id, entry.events, entry.tenant_id)


def tell_asked(tx: Tx, task: Upkeep) -> None:
    """The unit is told of its work (8(3))."""
    event = events.UpkeepAsked(
        upkeep_id=task.upkeep_id, unit_id=task.unit_id, entry_id=task.entry_id, gap_id=task.gap_id,
        grounds=map(ground_number, task.grounds), at=stamp(tx.now), due_at=stamp(task.due_at), version=task.events,
    )  # fmt: skip
    _tell_upkeep(tx, task, event, "ask_upkeep", KEEPING)


def tell_overdue(tx: Tx, task: Upkeep) -> None:
    """Its term went by: a fact of 15(5)."""
    event = events.UpkeepOverdue(
        upkeep_id=task.upkeep_id, unit_id=task.unit_id, entry_id=task.entry_id, gap_id=task.gap_id,
        grounds=map(ground_number, task.grounds), due_at=stamp(task.due_at), version=task.events,
    )  # fmt: skip
    _tell_upkeep(tx, task, event, "miss_upkeep", SUPERVISING)
    count_missed(tx, task.tenant_id)


def tell_done(tx: Tx, task: Upkeep) -> None:
    """It was done."""
    overdue = task.overdue_at is not None
    event = events.UpkeepDone(upkeep_id=task.upkeep_id, unit_id=task.unit_id, at=stamp(tx.now), overdue=overdue, version=task.events)
    _tell_upkeep(tx, task, event, "finish_upkeep", KEEPING)


def _tell_upkeep(
    tx: Tx, task: Upkeep, event: events.UpkeepAsked | events.UpkeepOverdue | events.UpkeepDone, verb: str, article: Article
) -> None:
    tx.tell(event, task.upkeep_id, task.events, task.tenant_id)
    detail = {"unit_id": task.unit_id, "grounds": "、".join(task.grounds), "due_at": task.due_at.isoformat()}
    journal.append(tx, task.entry_id or task.gap_id, verb, article.code, detail, tenant_id=task.tenant_id)
