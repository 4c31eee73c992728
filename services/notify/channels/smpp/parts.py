"""A text in UCS-2 as the parts of one message, which the handset puts together again (3GPP TS 23.040, 9.2.3.24.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from services.notify.channels import Refused

WHOLE_UNITS = 70
PART_UNITS = 67
MOST_PARTS = 255
UNIT_BYTES = 2
HIGH_SURROGATES = range(0xD8, 0xDC)


@dataclass(frozen=True)
class Part:
    """What goes into one submit_sm: the octets, and whether a header (UDH) stands before the text."""

    octets: bytes
    headed: bool


def split(text: str, message_id: str) -> list[Part]:
    """One part for up to 70 characters, else parts of 67. Raises Refused for an empty text, or one of more than 255 parts.

    A character beyond the basic plane counts as two and is never torn. Split again, the parts of one message bear the same
    reference, so a handset that gets one of them twice shows it once.
    """
    octets = text.encode("utf-16-be", "replace")
    if not octets:
        raise Refused("短信内容为空")
    if len(octets) <= WHOLE_UNITS * UNIT_BYTES:
        return [Part(octets, headed=False)]
    cut = list(_cut(octets))
    if len(cut) > MOST_PARTS:
        raise Refused(f"短信内容过长：超过 {MOST_PARTS} 条")
    reference = crc32(message_id.encode()) & 0xFF
    return [Part(bytes((5, 0, 3, reference, len(cut), number)) + each, headed=True) for number, each in enumerate(cut, 1)]


def _cut(octets: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(octets):
        end = start + PART_UNITS * UNIT_BYTES
        if end < len(octets) and octets[end - UNIT_BYTES] in HIGH_SURROGATES:
            end -= UNIT_BYTES
        yield octets[start:end]
        start = end
