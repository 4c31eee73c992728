"""Feedback, usage and attachments of entries as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, func

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.kb.rules.freshness import Verdict
from services.kb.store.tables import attachments, entries, feedback, usage

MOST_USED = 200
_KNOWN = ("attachment_id", "entry_id", "name", "media_type", "size", "sha256", "uploaded_at", "uploaded_by")


@dataclass(frozen=True)
class Attachment:
    """What is known of an attachment; its size in bytes."""

    attachment_id: str
    entry_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str


def give_feedback(owner: Tx, entry_id: str, version: int, person_id: str, verdict: Verdict, note: str) -> None:
    """Keep what a person says of a text; the newest counts."""
    row = {"entry_id": entry_id, "version": version, "person_id": person_id, "verdict": verdict.value, "note": note, "at": owner.now}
    mine = and_(feedback.c.entry_id == entry_id, feedback.c.version == version, feedback.c.person_id == person_id)
    if not owner.insert_new(feedback, ("entry_id", "version", "person_id"), {"feedback_id": owner.new_id(), **row}):
        owner.run(owner.update(feedback).where(mine).values(row))


def count_outdated(tx: Tx, entry_id: str, version: int) -> int:
    """How many people call a text outdated."""
    mine = and_(feedback.c.entry_id == entry_id, feedback.c.version == version, feedback.c.verdict == Verdict.OUTDATED.value)
    return int(tx.connection.execute(tx.select(feedback, func.count()).where(mine)).scalar_one())


def page_of_feedback(tx: Tx, entry_id: str, page: Page) -> tuple[list[RowMapping], str]:
    """A page of an entry's feedback, the newest first."""
    return tx.page(tx.select(feedback).where(feedback.c.entry_id == entry_id), (feedback.c.at.desc(), feedback.c.feedback_id.desc()), page)


def count_use(owner: Tx, entry_id: str, day: str, *, opened: int = 0, cited: int = 0) -> None:
    """Count a use of an entry of the transaction's tenant."""
    owner.insert_missing(usage, ("entry_id", "day"), [{"entry_id": entry_id, "day": day, "opened": 0, "cited": 0}])
    more = {"opened": usage.c.opened + opened, "cited": usage.c.cited + cited}
    owner.run(owner.update(usage).where(usage.c.entry_id == entry_id, usage.c.day == day).values(more))


def usage_by_entry(tx: Tx, unit_id: str, since: str, until: str) -> list[RowMapping]:
    """Uses of a span of days by entry, the most used first, at most 200."""
    opened, cited = func.sum(usage.c.opened).label("opened"), func.sum(usage.c.cited).label("cited")
    columns = (usage.c.entry_id, entries.c.title, entries.c.unit_id, opened, cited)
    wanted = tx.select(usage, *columns).join(entries, entries.c.entry_id == usage.c.entry_id).where(*_within(unit_id, since, until))
    grouped = wanted.group_by(usage.c.entry_id, entries.c.title, entries.c.unit_id)
    return tx.all(grouped.order_by((opened + cited).desc(), usage.c.entry_id).limit(MOST_USED))


def usage_by_unit(tx: Tx, unit_id: str, since: str, until: str) -> list[RowMapping]:
    """Uses of a span of days by the unit that keeps the entry, the most used first."""
    opened, cited = func.sum(usage.c.opened).label("opened"), func.sum(usage.c.cited).label("cited")
    wanted = tx.select(usage, entries.c.unit_id, opened, cited).join(entries, entries.c.entry_id == usage.c.entry_id)
    grouped = wanted.where(*_within(unit_id, since, until)).group_by(entries.c.unit_id)
    return tx.all(grouped.order_by((opened + cited).desc(), entries.c.unit_id))


def insert_attachment(tx: Tx, attachment: Attachment, content: bytes) -> None:
    """Keep a new one."""
    tx.insert(attachments, **vars(attachment), content=content)


def attachments_of(tx: Tx, entry_id: str) -> dict[str, Attachment]:
    """What is known of an entry's attachments, by id."""
    columns = tuple(attachments.c[name] for name in _KNOWN)
    rows = tx.all(tx.select(attachments, *columns).where(attachments.c.entry_id == entry_id).order_by(attachments.c.attachment_id))
    return {row["attachment_id"]: Attachment(**row) for row in rows}


def open_attachment(tx: Tx, attachment_id: str) -> bytes:
    """Its bytes. Raises Missing."""
    row = tx.one(tx.select(attachments, attachments.c.content).where(attachments.c.attachment_id == attachment_id))
    if row is None:
        raise Missing("没有这个附件，请核对后重试")
    return bytes(row["content"])


def _within(unit_id: str, since: str, until: str) -> list[Any]:
    bounds = [entries.c.unit_id == unit_id] if unit_id else []
    bounds += [usage.c.day >= since] if since else []
    return bounds + ([usage.c.day <= until] if until else [])
