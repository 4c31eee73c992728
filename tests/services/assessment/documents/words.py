"""What files say, read back without what made them."""

from __future__ import annotations

import io
import re
import zlib
from base64 import a85decode

import docx


def docx_words(file: bytes) -> str:
    """What its lines and then its tables say, without spaces."""
    read = docx.Document(io.BytesIO(file))
    cells = (cell.text for table in read.tables for row in table.rows for cell in row.cells)
    return "".join("".join((*(line.text for line in read.paragraphs), *cells)).split())


def pdf_words(file: bytes) -> str:
    """What its pages show, in UTF-16 as the collection's encoding has it."""
    said = ""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", file, re.DOTALL):
        content = zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True))
        for shown in re.findall(rb"\((.*?)(?<!\\)\) Tj", content, re.DOTALL):
            said += _unescaped(shown).decode("utf-16-be", "replace")
    return said.replace(" ", "")


def _unescaped(text: bytes) -> bytes:
    codes = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(
        rb"\\([0-7]{1,3}|.)",
        lambda found: bytes([int(found[1], 8)]) if found[1].isdigit() else codes.get(found[1], found[1]),
        text,
        flags=re.DOTALL,
    )
