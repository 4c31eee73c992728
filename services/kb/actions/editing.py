"""Writing, reviewing, publishing and retiring entries (Art. 6(4), 8(3)): texts are kept whole, and none approves the own."""

from __future__ import annotations

from dataclasses import replace

from chassis.errors import Invalid
from chassis.store import Tx
from services.kb import lifecycle
from services.kb.actions.permitting import demand_keeper, kept
from services.kb.actions.telling import record, tell_published, tell_refused, tell_retired
from services.kb.actions.upkeeping import check_entry, finish
from services.kb.lifecycle import State
from services.kb.rules import entries as rules
from services.kb.rules.entries import FIELD_TERMS, Content, Entry, Version, changed_fields
from services.kb.rules.freshness import NEVER, today
from services.kb.store import copies, using
from services.kb.store import entries as rows
from services.kb.store import upkeep as tasks


def create_entry(tx: Tx, content: Content) -> Entry:
    """A new entry, a draft. Raises Invalid, Denied."""
    _check(tx, content)
    demand_keeper(tx, content.unit_id)
    if content.attachment_ids:
        raise Invalid("content.attachment_ids", "请先建立条目，再上传附件并修订")
    return add_entry(tx, content)


def add_entry(tx: Tx, content: Content) -> Entry:
    """A new entry of a content that was checked."""
    entry = Entry(tx.new_id(), tx.by.tenant_id, content.unit_id, State.DRAFT, citywide=content.citywide)
    rows.insert(tx, entry, Version(1, content, tx.by.id, tx.now))
    record(tx, entry, lifecycle.CREATE, title=content.title)
    return entry


def revise_entry(tx: Tx, entry_id: str, seen: int, content: Content) -> Entry:
    """A new text of it; the one before stays found. Raises Stale for who saw an older one, Invalid, Denied, NotAllowed."""
    entry = kept(tx, entry_id, seen)
    demand_keeper(tx, entry.unit_id)
    demand_keeper(tx, content.unit_id)
    _check(tx, content)
    if lost := set(content.attachment_ids) - using.attachments_of(tx, entry_id).keys():
        raise Invalid("content.attachment_ids", f"条目没有编号为 {min(lost)} 的附件，请先上传")
    before = rows.load_version(tx, entry_id, entry.version).content
    revised = rules.revise(entry, content)
    version = Version(revised.version, content, tx.by.id, tx.now)
    rows.insert_version(tx, revised, version)
    rows.save(tx, revised, version)
    changed = "、".join(FIELD_TERMS[name] for name in changed_fields(before, content))
    record(tx, revised, lifecycle.REVISE, version=revised.version, changed=changed)
    return revised


def submit_entry(tx: Tx, entry_id: str, seen: int) -> Entry:
    """The newest text waits for a reviewer. Raises NotAllowed, Stale, Denied."""
    entry = kept(tx, entry_id, seen)
    demand_keeper(tx, entry.unit_id)
    submitted = rules.submit(entry)
    rows.save(tx, submitted, rows.load_version(tx, entry_id, entry.version))
    record(tx, submitted, lifecycle.SUBMIT, version=entry.version)
    return submitted


def publish_entry(tx: Tx, entry_id: str, seen: int) -> Entry:
    """The newest text is the one that is found. Raises NotAllowed to whoever edited it, Stale, Invalid."""
    entry = kept(tx, entry_id, seen)
    version = rows.load_version(tx, entry_id, entry.version)
    published = rules.publish(entry, version.content, tx.by.id, rows.editors_since(tx, entry), today(tx.now))
    return put_out(tx, published, version)


def put_out(tx: Tx, published: Entry, version: Version) -> Entry:
    """Keep, tell and journal a text that was published."""
    reviewed = replace(version, reviewed_by=tx.by.id, reviewed_at=tx.now, published=True)
    rows.save_review(tx, published, reviewed)
    rows.save(tx, published, reviewed, revision=rows.next_revision(tx))
    check_entry(tx, published, version.content)
    tell_published(tx, published, version.content)
    record(tx, published, lifecycle.PUBLISH, version=published.version)
    return published


def refuse_entry(tx: Tx, entry_id: str, seen: int, reason: str) -> Entry:
    """Back to the editor, with a reason (15(5)). Raises NotAllowed, Stale."""
    entry = kept(tx, entry_id, seen)
    refused = rules.refuse(entry)
    version = replace(rows.load_version(tx, entry_id, entry.version), reviewed_by=tx.by.id, reviewed_at=tx.now, refusal=reason)
    rows.save_review(tx, refused, version)
    rows.save(tx, refused, version)
    tell_refused(tx, refused, reason)
    record(tx, refused, lifecycle.REFUSE, version=entry.version, reason=reason)
    return refused


def retire_entry(tx: Tx, entry_id: str, seen: int, reason: str) -> Entry:
    """It is no longer found. Raises NotAllowed, Stale."""
    entry = kept(tx, entry_id, seen)
    retired = rules.retire(entry)
    gone = {"revision": rows.next_revision(tx), "check_on": NEVER, "grounds": []}
    rows.save(tx, retired, rows.load_version(tx, entry_id, entry.version), **gone)
    if (task := tasks.open_of(tx, entry_id)) is not None:
        finish(tx, task)
    tell_retired(tx, retired, reason)
    record(tx, retired, lifecycle.RETIRE, reason=reason)
    return retired


def _check(tx: Tx, content: Content) -> None:
    rules.check_content(content, in_city=not copies.kin_of(tx).city)
    if not copies.is_unit(tx, content.unit_id):
        raise Invalid("content.unit_id", f"没有编号为 {content.unit_id} 的在用单位，请从本级单位中选择")
