"""Drafts of an operator: nobody else's to see (Art. 17)."""

from __future__ import annotations

from chassis import journal
from chassis.errors import Invalid, Stale
from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.actions.registering import preview_mask
from services.intake.lifecycle import SECRECY
from services.intake.rules.content import Content
from services.intake.store import drafts
from services.intake.store.drafts import Draft


def save_draft(tx: Tx, draft_id: str, seen: int, content: Content, sealed: bytes) -> Draft:
    """Keep what was typed so far; `sealed` is all of it, to be encrypted. Raises Missing, Stale."""
    title = preview_mask(content).title
    if not draft_id:
        if drafts.count(tx) >= drafts.MOST_PER_PERSON:
            raise Invalid("draft_id", f"草稿最多 {drafts.MOST_PER_PERSON} 份，请先删除不用的草稿")
        draft = Draft(tx.new_id(), title, tx.now, 1)
    else:
        known = drafts.load(tx, draft_id, lock=True)
        if known.version != seen:
            raise Stale(f"草稿已在别处保存（您看到第 {seen} 版，现为第 {known.version} 版），请重新打开")
        draft = Draft(draft_id, title, tx.now, known.version + 1)
    drafts.save(tx, draft, sealed)
    return draft


def load_draft(tx: Tx, draft_id: str) -> tuple[Draft, bytes]:
    """What was typed, to whoever typed it; journalled. Raises Missing."""
    draft = drafts.load(tx, draft_id)
    journal.append(tx, draft_id, "load_draft", SECRECY.code)
    return draft, drafts.open_content(tx, draft)


def list_drafts(tx: Tx, page: Page) -> tuple[list[Draft], str]:
    """The caller's own, newest first."""
    return drafts.page_of(tx, page)


def discard_draft(tx: Tx, draft_id: str) -> None:
    """Take it away. Raises Missing."""
    drafts.load(tx, draft_id)
    drafts.discard(tx, draft_id)
