"""知识库的导入导出: the published entries as a file, and entries out of one, each refused line with why (Art. 6(4))."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Response

from services.gateway.calls import every_page
from services.gateway.console.files import kept
from services.gateway.console.visiting import Signed, Visit
from services.gateway.console.words import choices
from services.gateway.problems import Problem

router = APIRouter()
PORTING = "kb.v1.PortingService"
# Of a file: the end of its name and its media type, by its format.
KINDS = {"JSON_LINES": ("jsonl", "application/x-ndjson"), "MARKDOWN": ("md", "text/markdown"), "CSV": ("csv", "text/csv")}
# The longest entries there may be, so many of them, go into one message.
AT_ONCE = 100
# By it a spreadsheet knows the text for UTF-8; whoever imports the file passes over it.
MARK = b"\xef\xbb\xbf"
NO_FILE = "请选择要导入的文件"


@router.get("/knowledge/files")
async def files(visit: Signed) -> Response:
    """What may be taken out and brought in."""
    return visit.page("knowledge/files.html", formats=choices("kb.v1.Format"))


@router.get("/knowledge/export")
async def export(visit: Signed) -> Response:
    """Every published entry of the tenant in one file. Raises Problem, grpc.RpcError."""
    kind = visit.field("format")
    suffix, media_type = KINDS.get(kind, ("", ""))
    pages = _pages(visit)
    # What is refused is refused before the file begins.
    first = await anext(pages)
    return kept(f"知识库.{suffix}", _whole(first, pages, MARK if kind == "CSV" else b""), media_type)


@router.post("/knowledge/import")
async def bring_in(visit: Signed) -> Response:
    """What became of a file: entries that wait for review, and lines that were refused. Raises Problem, grpc.RpcError."""
    if visit.file is None:
        raise Problem("INVALID", NO_FILE, field="file")
    named = visit.file.name.rpartition(".")[2].lower()
    kind = visit.field("format") or next((kind for kind, (suffix, _) in KINDS.items() if suffix == named), "")
    request_id = visit.file.request_id(f"{visit.field('request_id')}:{kind}")
    asked: dict[str, Any] = {"format": f"FORMAT_{kind}"} if kind in KINDS else {}
    report = await visit.ask(f"{PORTING}/ImportEntries", request_id=request_id, content=visit.file.content, **asked)
    return visit.page("knowledge/imported.html" if visit.in_part else "knowledge/imported_page.html", report=report, name=visit.file.name)


async def _pages(visit: Visit) -> AsyncIterator[bytes]:
    async def ask(token: str) -> Any:
        return await visit.send(f"{PORTING}/ExportEntries", page={"size": AT_ONCE, "token": token})

    async for answer in every_page(ask):
        yield answer.content


async def _whole(first: bytes, rest: AsyncIterator[bytes], mark: bytes) -> AsyncIterator[bytes]:
    yield mark + first
    async for content in rest:
        yield content
