"""What is shown of entries, to whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import RowMapping

from chassis import journal
from chassis.errors import Denied, Missing
from chassis.journal import Entry as Step
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import Article
from services.kb.actions.permitting import bound_unit, keeps, owning, published, sees_drafts
from services.kb.lifecycle import REVISE, SUBMIT, State, offered
from services.kb.rules.differences import Difference, compare
from services.kb.rules.entries import Entry, Version
from services.kb.rules.freshness import Ground
from services.kb.store import entries as rows
from services.kb.store import using
from services.kb.store.using import Attachment


@dataclass(frozen=True)
class Shown:
    """An entry with one of its texts."""

    entry: Entry
    text: Version
    attachments: list[Attachment]
    grounds: tuple[Ground, ...]


def get_entry(tx: Tx, entry_id: str, version: int = 0) -> Shown:
    """A text: published ones to whoever sees the entry, others to who keeps it. Raises Missing."""
    row = rows.find(tx, entry_id)
    if row is not None and sees_drafts(tx, rows.entry_of(row)):
        entry = rows.entry_of(row)
        return _shown(tx, entry, version or entry.version, rows.grounds_of(row))
    found = published(tx, [entry_id]).get(entry_id)
    if found is None:
        raise rows.missing(entry_id)
    with owning(tx, found.entry) as owner:
        shown = _shown(owner, found.entry, version or found.entry.published_version, found.grounds)
    if not shown.text.published:
        raise Missing(f"条目没有已发布的第 {version} 版，请核对后重试")
    return shown


def offers(tx: Tx, entry: Entry) -> list[tuple[str, Article]]:
    """What an entry's state leaves open to who works for its tenant: its text to whoever keeps it (8(3))."""
    if entry.tenant_id != tx.by.tenant_id:
        return []
    kept = keeps(tx, entry.unit_id)
    return [(verb, article) for verb, article in offered(entry.state) if kept or verb not in (REVISE, SUBMIT)]


def show(tx: Tx, entry: Entry) -> Shown:
    """An entry just changed, with its newest text."""
    row = rows.find(tx, entry.entry_id)
    return _shown(tx, entry, entry.version, rows.grounds_of(row) if row else ())


def list_entries(tx: Tx, page: Page, unit_id: str, state: State | None) -> tuple[list[RowMapping], str]:
    """The entries of the caller's tenant; a unit's own people see its alone. Raises Denied."""
    return rows.page_of(tx, page, bound_unit(tx, unit_id), state)


def list_versions(tx: Tx, entry_id: str, page: Page) -> tuple[list[Version], str]:
    """Every text of an entry, the newest first, to who keeps it. Raises Missing, Denied."""
    demand_history(tx, entry_id)
    return rows.page_of_versions(tx, entry_id, page)


def compare_versions(tx: Tx, entry_id: str, before: int, after: int) -> list[Difference]:
    """What changed between two texts. Raises Missing, Denied."""
    demand_history(tx, entry_id)
    return compare(rows.load_version(tx, entry_id, before).content, rows.load_version(tx, entry_id, after).content)


def list_journal(tx: Tx, entry_id: str, page: Page) -> tuple[list[Step], str]:
    """An entry's steps, oldest first (Art. 10). Raises Missing, Denied."""
    demand_history(tx, entry_id)
    return journal.entries(tx, entry_id, page)


def demand_history(tx: Tx, entry_id: str) -> Entry:
    """An entry whose drafts the caller may read. Raises Missing, Denied."""
    entry = rows.load(tx, entry_id)
    if not sees_drafts(tx, entry):
        raise Denied("您只能查看本单位维护的条目的历史和反馈")
    return entry


def _shown(owner: Tx, entry: Entry, version: int, grounds: tuple[Ground, ...]) -> Shown:
    text = rows.load_version(owner, entry.entry_id, version)
    known = using.attachments_of(owner, entry.entry_id) if text.content.attachment_ids else {}
    return Shown(entry, text, [known[each] for each in text.content.attachment_ids], grounds)
