"""A message of the province's has one effect, whatever is repeated and in whichever order it comes."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.provincial.lifecycle import MessageKind


class Verdict(StrEnum):
    """What becomes of a message."""

    TAKE = "take"
    """It is new, or was begun and not finished: whoever is asked for it knows the request by its id."""
    AGAIN = "again"
    """It was taken: answered as it was then."""
    REUSED = "reused"
    """Its number and version were spent on another content."""
    LATER = "later"
    """It speaks of an order that is not here yet: the province must send it again."""


@dataclass(frozen=True)
class Known:
    """What is kept of a number and version: the digest of its content, and whether it was taken."""

    digest: bytes
    taken: bool


def judge(kind: MessageKind, digest: bytes, known: Known | None, *, has_ticket: bool) -> Verdict:
    """What becomes of a message, by what is known of its number and version, and whether its order has a ticket."""
    if known is not None and not hmac.compare_digest(known.digest, digest):
        return Verdict.REUSED
    if known is not None and known.taken:
        return Verdict.AGAIN
    if kind is not MessageKind.ORDER and not has_ticket:
        return Verdict.LATER
    return Verdict.TAKE


def digest_of(secret: bytes, content: Mapping[str, Any]) -> bytes:
    """The content's digest, the same however its JSON was written. Keyed, for a content names people."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.digest(secret, plain.encode(), hashlib.sha256)


def request_id(province: str, number: str, version: int, part: str = "") -> str:
    """By which intake knows a message of the province's, and each file of it: the same for every repeat."""
    said = "\n".join((province, number, str(version), part))
    return f"province:{hashlib.sha256(said.encode()).hexdigest()[:48]}"
