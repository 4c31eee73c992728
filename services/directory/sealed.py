"""Seals what directory keeps and must read again: unit contacts and the private halves of signing keys.

The key is derived from the service's own key, which every process of directory has by its settings.
"""

from __future__ import annotations

from chassis.auth import peer_key
from chassis.sealing import seal, sealing_key, unseal
from chassis.settings import Settings


def sealed(settings: Settings, plain: bytes, place: str) -> bytes:
    """The bytes, sealed for their place in the store."""
    return seal(_key(settings), plain, place)


def unsealed(settings: Settings, stored: bytes, place: str) -> bytes:
    """What was sealed for this place. Raises chassis.sealing.Unsealable."""
    return unseal(_key(settings), stored, place)


def _key(settings: Settings) -> bytes:
    return sealing_key(peer_key(settings).private.private_bytes_raw(), "directory")
