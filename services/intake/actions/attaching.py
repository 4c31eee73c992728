"""Attachments: taken whole and by what they are, kept sealed, given to whoever may have them (Art. 10, 17)."""

from __future__ import annotations

from chassis.errors import Invalid
from chassis.store import Tx
from chassis.store.paging import Page
from services.intake import lifecycle
from services.intake.actions.reading import changeable, readable
from services.intake.actions.registering import masker_of
from services.intake.actions.telling import record
from services.intake.rules.attaching import MOST_PER_TICKET, is_whole, media_type_of
from services.intake.rules.reading import Reading
from services.intake.store import attachments as rows
from services.intake.store.attachments import Attachment


def upload_attachment(tx: Tx, ticket_id: str, name: str, content: bytes, size: int, sha256: str) -> Attachment:
    """Take one. Raises Invalid for what is cut short, is none of the types taken, or is one too many."""
    if not is_whole(content, size, sha256):
        raise Invalid("content", "附件不完整：大小或 SHA-256 与所报的不一致，请重新上传")
    media_type = media_type_of(content)
    if media_type is None:
        raise Invalid("content", "不支持的附件类型：请上传图片、PDF、录音、视频或 Word、Excel 文档（以文件内容为准，与扩展名无关）")
    ticket = changeable(tx, ticket_id)
    _, article = lifecycle.step(ticket.state, lifecycle.UPLOAD)
    if rows.count_of(tx, ticket_id) >= MOST_PER_TICKET:
        raise Invalid("content", f"一个工单最多 {MOST_PER_TICKET} 个附件")
    masked = masker_of(tx, ticket).mask(name)
    attachment = Attachment(tx.new_id(), ticket_id, masked, media_type, size, sha256.lower(), tx.now, tx.by.id)
    rows.insert(tx, ticket, attachment, name, content)
    record(tx, ticket, lifecycle.UPLOAD, article.code, attachment_id=attachment.attachment_id, media_type=media_type, size=size)
    return attachment


def download_attachment(tx: Tx, attachment_id: str) -> tuple[Attachment, bytes]:
    """Give one to whoever may read its ticket whole; journalled."""
    attachment = rows.load(tx, attachment_id)
    ticket, _ = readable(tx, attachment.ticket_id, Reading.WHOLE)
    record(tx, ticket, "download_attachment", lifecycle.SECRECY.code, attachment_id=attachment_id)
    return attachment, rows.open_content(tx, attachment, ticket)


def list_attachments(tx: Tx, ticket_id: str, page: Page) -> tuple[list[Attachment], str]:
    """A ticket's attachments without their content."""
    readable(tx, ticket_id, Reading.WHOLE)
    return rows.page_of(tx, ticket_id, page)
