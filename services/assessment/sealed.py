"""What only assessment may compare: replies, by keyed hashes from which no word is found again."""

from __future__ import annotations

import hashlib

from chassis.auth import peer_key
from chassis.sealing import sealing_key
from chassis.settings import Settings

DIGEST_BYTES = 16


def reply_digest(settings: Settings, tenant_id: str, said: str) -> bytes:
    """BLAKE2b (RFC 7693) of what a reply says, by the service's own key; another key begins anew."""
    key = sealing_key(peer_key(settings).private.private_bytes_raw(), "assessment replies")
    return hashlib.blake2b(f"{tenant_id}\x1f{said}".encode(), digest_size=DIGEST_BYTES, key=key, person=b"replies").digest()
