"""What may be attached to an entry: documents and pictures, told by their first bytes, whatever the name."""

from __future__ import annotations

_BEGINNINGS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def document_type(content: bytes) -> str | None:
    """The media type; None for what is not taken: programs, pages, scripts, archives."""
    found = next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)
    if found or not (content.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in content):
        return found
    return _WORD if b"word/" in content else _EXCEL if b"xl/" in content else None
