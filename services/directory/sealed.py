"""Seals what directory keeps and must read again: unit contacts, second factors and the private halves of signing keys.

The key is derived from the service's own key, which every process of directory has by its settings.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.auth import peer_key
from chassis.sealing import Unsealable, seal, sealing_key, unseal
from chassis.settings import Settings


def sealed(settings: Settings, plain: bytes, place: str) -> bytes:
    """The bytes, sealed for their place in the store."""
    return seal(_key(settings), plain, place)


def unsealed(settings: Settings, stored: bytes, place: str) -> bytes:
    """What was sealed for this place. Raises chassis.sealing.Unsealable."""
    return unseal(_key(settings), stored, place)


def resealed(settings: Settings, stored: bytes, place: str, old: Ed25519PrivateKey) -> bytes:
    """What was sealed under the service's key of before, sealed under the one of now; what is so already stays.

    Raises chassis.sealing.Unsealable for what neither key opens.
    """
    try:
        unsealed(settings, stored, place)
    except Unsealable:
        return sealed(settings, unseal(_derived(old), stored, place), place)
    return stored


def _key(settings: Settings) -> bytes:
    return _derived(peer_key(settings).private)


def _derived(key: Ed25519PrivateKey) -> bytes:
    return sealing_key(key.private_bytes_raw(), "directory")
