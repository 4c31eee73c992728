"""What only notify may make or read: tenants' signing keys at rest, and the tokens of rating links.

All keys are derived from the service's own, which each of its processes has by its settings.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.auth import peer_key
from chassis.errors import Invalid
from chassis.sealing import seal, sealing_key, unseal
from chassis.settings import Settings

# The order's id, the round, seconds since 1970; then the tenant's id.
_CLAIMS = struct.Struct(">16sHI")
# 128 bits of a MAC are beyond guessing, and a link that is short costs less.
_MAC_BYTES = 16


@dataclass(frozen=True)
class Rating:
    """What a rating link is for, and until when (11(8))."""

    tenant_id: str
    order_id: str
    round: int
    until: datetime


def sealed(settings: Settings, plain: bytes, place: str) -> bytes:
    """The bytes, sealed for their place in the store."""
    return seal(_key(settings, "webhooks"), plain, place)


def unsealed(settings: Settings, stored: bytes, place: str) -> bytes:
    """What was sealed for this place. Raises chassis.sealing.Unsealable."""
    return unseal(_key(settings, "webhooks"), stored, place)


def sign_rating(settings: Settings, rating: Rating) -> str:
    """The token of a rating link (HMAC-SHA256): made when it is sent, and in no store."""
    claims = _CLAIMS.pack(UUID(rating.order_id).bytes, rating.round, int(rating.until.timestamp())) + rating.tenant_id.encode()
    return base64.urlsafe_b64encode(claims + _mac(settings, claims)).rstrip(b"=").decode()


def read_rating(settings: Settings, token: str, now: datetime) -> Rating:
    """What a token is for. Raises Invalid for one that was not signed here, or is over."""
    try:
        told = base64.b64decode(f"{token}{'=' * (-len(token) % 4)}".encode(), b"-_", validate=True)
    except (binascii.Error, ValueError):
        told = b""
    claims, mac = told[:-_MAC_BYTES], told[-_MAC_BYTES:]
    if len(claims) <= _CLAIMS.size or not hmac.compare_digest(mac, _mac(settings, claims)):
        raise Invalid("token", "评价链接无效：请从收到的短信中完整打开", "11-8")
    order, number, until = _CLAIMS.unpack(claims[: _CLAIMS.size])
    rating = Rating(claims[_CLAIMS.size :].decode(), str(UUID(bytes=order)), number, datetime.fromtimestamp(until, UTC))
    if now > rating.until:
        raise Invalid("token", "评价链接已过有效期", "11-8")
    return rating


def _mac(settings: Settings, claims: bytes) -> bytes:
    return hmac.digest(_key(settings, "rating links"), claims, hashlib.sha256)[:_MAC_BYTES]


def _key(settings: Settings, purpose: str) -> bytes:
    return sealing_key(peer_key(settings).private.private_bytes_raw(), f"notify {purpose}")
