"""Files between a browser and the console: one that a form brings along with its fields, and answers that a browser keeps."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import NAMESPACE_OID, uuid5

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.gateway.console.forms import MOST_BYTES, Fields, fields_of
from services.gateway.problems import Problem

MOST_FILE = 10 * 1024 * 1024
# Somewhat more is read to its end: a browser that is cut off hears no reason.
MOST_READ = 6 * MOST_FILE
WITH_FILE = "multipart/form-data"
TOO_LONG = "文件过大：一个文件最大 10 MiB，请压缩或拆分后重新提交，已填写的内容仍在"
CUT_SHORT = "文件没有完整传到：请重新选择文件后提交，已填写的内容仍在"


@dataclass(frozen=True)
class File:
    """What was chosen, by the name that it has where it comes from."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def request_id(self, form: str) -> str:
        """For what is done with it by a form of this request id: another file in the same form is another request."""
        return str(uuid5(NAMESPACE_OID, f"{form}:{self.sha256}"))


class _InMemory(MultiPartParser):
    """Lays nothing down on a disk."""

    spool_max_size = MOST_FILE + MOST_BYTES


async def sent_of(request: Request) -> tuple[Fields, File | None]:
    """What the address and the form say, and the file that came along. Raises Problem for what is too long or cut short."""
    if request.method != "POST" or not request.headers.get("content-type", "").startswith(WITH_FILE):
        return await fields_of(request), None
    parser = _InMemory(request.headers, _limited(request), max_files=1, max_part_size=MOST_BYTES)
    try:
        form = await parser.parse()
    except MultiPartException:
        raise Problem("INVALID", CUT_SHORT) from None
    try:
        said, files = form.multi_items(), [value for value in form.values() if isinstance(value, UploadFile) and value.filename]
        file = File(files[0].filename or "", await files[0].read()) if files else None
    finally:
        await form.close()
    return [*request.query_params.multi_items(), *((name, value) for name, value in said if isinstance(value, str))], file


def kept(name: str, content: bytes | AsyncIterator[bytes], media_type: str) -> Response:
    """An answer that a browser keeps as a file of this name (RFC 6266)."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    if isinstance(content, bytes):
        return Response(content, media_type=media_type, headers=headers)
    return StreamingResponse(content, media_type=media_type, headers=headers)


async def _limited(request: Request) -> AsyncGenerator[bytes]:
    came = 0
    async for piece in request.stream():
        came += len(piece)
        if came > MOST_READ:
            break
        if came <= MOST_FILE + MOST_BYTES:
            yield piece
    if came > MOST_FILE + MOST_BYTES:
        raise Problem("TOO_LONG", TOO_LONG)
