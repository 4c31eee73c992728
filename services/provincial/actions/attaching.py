"""A file goes to the province with the next reply of its ticket, once a person of the hub has looked at it (11(5), 17)."""

from __future__ import annotations

import hashlib

from chassis import journal
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from services.provincial.store import keeping, orders

ANSWER = "11-5"
MOST_FILES = 10
MOST_BYTES = 8 * 1024 * 1024


def attach_to_reply(tx: Tx, ticket_id: str, name: str, content: bytes, sha256: str) -> str:
    """Keep a file for the next reply; answers its id. Raises Missing for a ticket that no link brought, Invalid."""
    if orders.by_ticket(tx, ticket_id) is None:
        raise Missing(f"没有编号为 {ticket_id} 的省级工单，请核对后重试")
    if hashlib.sha256(content).hexdigest() != sha256.lower():
        raise Invalid("sha256", "文件与校验值不符，可能传输不完整，请重新上传", ANSWER)
    if len(content) > MOST_BYTES:
        raise Invalid("content", f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请压缩后重试", ANSWER)
    if keeping.count_files(tx, ticket_id) >= MOST_FILES:
        raise Invalid("content", f"一次回复最多附 {MOST_FILES} 个文件", ANSWER)
    file_id = keeping.add_file(tx, ticket_id, name, content)
    journal.append(tx, ticket_id, "attach_to_reply", ANSWER, {"attachment": file_id, "sha256": sha256.lower(), "size": len(content)})
    return file_id
