"""What may be attached to a ticket: told by its first bytes, whatever its name (Art. 10)."""

from __future__ import annotations

import hashlib

MOST_PER_TICKET = 20
MOST_BYTES = 10 * 1024 * 1024

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    # offset, bytes, type
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
)
_RIFF_TYPES = frozenset({"image/webp", "audio/wav"})
_ZIP = b"PK\x03\x04"
_OFFICE: tuple[tuple[bytes, str], ...] = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)


def media_type_of(content: bytes) -> str | None:
    """The media type that the first bytes tell; None for what is not taken: programs, pages, scripts, archives."""
    for offset, magic, media_type in _MAGIC:
        if content[offset : offset + len(magic)] == magic and _is_riff(content, media_type):
            return media_type
    if content.startswith(_ZIP) and b"[Content_Types].xml" in content:
        return next((media_type for folder, media_type in _OFFICE if folder in content), None)
    return None


def is_whole(content: bytes, size: int, sha256: str) -> bool:
    """Whether it arrived as it was sent."""
    return len(content) == size and hashlib.sha256(content).hexdigest() == sha256.lower()


def _is_riff(content: bytes, media_type: str) -> bool:
    return media_type not in _RIFF_TYPES or content.startswith(b"RIFF")
