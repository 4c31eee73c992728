"""Documents of an entry: taken whole and by what they are, given to whoever sees a text that names them."""

from __future__ import annotations

import hashlib

from chassis.errors import Invalid, Missing
from chassis.store import Tx
from services.kb import lifecycle
from services.kb.actions.permitting import demand_keeper, kept, owning
from services.kb.actions.reading import get_entry
from services.kb.actions.telling import record
from services.kb.rules.attaching import document_type
from services.kb.rules.entries import MOST_ATTACHMENTS
from services.kb.store import using
from services.kb.store.using import Attachment


def upload_attachment(tx: Tx, entry_id: str, name: str, content: bytes, sha256: str) -> Attachment:
    """Take one. Raises Invalid for what was cut short, is none of the types taken, or is one too many."""
    entry = kept(tx, entry_id)
    demand_keeper(tx, entry.unit_id)
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256.lower():
        raise Invalid("sha256", "附件不完整：SHA-256 与所报的不一致，请重新上传")
    media_type = document_type(content)
    if media_type is None:
        raise Invalid("content", "不支持的附件类型：请上传 PDF、图片或 Word、Excel 文档（以文件内容为准，与扩展名无关）")
    if len(using.attachments_of(tx, entry_id)) >= MOST_ATTACHMENTS:
        raise Invalid("content", f"一个条目最多 {MOST_ATTACHMENTS} 个附件")
    attachment = Attachment(tx.new_id(), entry_id, name, media_type, len(content), digest, tx.now, tx.by.id)
    using.insert_attachment(tx, attachment, content)
    record(tx, entry, lifecycle.UPLOAD, attachment_id=attachment.attachment_id, size=attachment.size)
    return attachment


def download_attachment(tx: Tx, entry_id: str, attachment_id: str) -> tuple[Attachment, bytes]:
    """Give one that the text shown to the caller names. Raises Missing."""
    shown = get_entry(tx, entry_id)
    found = next((each for each in shown.attachments if each.attachment_id == attachment_id), None)
    if found is None:
        raise Missing(f"条目没有编号为 {attachment_id} 的附件，请核对后重试")
    with owning(tx, shown.entry) as owner:
        return found, using.open_attachment(owner, attachment_id)
