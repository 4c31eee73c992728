"""What only provincial may make or read: digests of what the province sends, and files that go to it, at rest.

All keys are derived from the service's own, which each of its processes has by its settings.
"""

from __future__ import annotations

from chassis.auth import peer_key
from chassis.sealing import seal, sealing_key, unseal
from chassis.settings import Settings


def digest_key(settings: Settings) -> bytes:
    """The key of digests."""
    return _key(settings, "digests")


def sealed(settings: Settings, plain: bytes, place: str) -> bytes:
    """The bytes, sealed for their place in the store."""
    return seal(_key(settings, "files"), plain, place)


def unsealed(settings: Settings, stored: bytes, place: str) -> bytes:
    """What was sealed for this place. Raises chassis.sealing.Unsealable."""
    return unseal(_key(settings, "files"), stored, place)


def _key(settings: Settings, purpose: str) -> bytes:
    return sealing_key(peer_key(settings).private.private_bytes_raw(), f"provincial {purpose}")
