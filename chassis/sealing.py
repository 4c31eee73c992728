"""Seals bytes (AES-256-GCM): whoever holds only the store learns nothing from them and cannot move or change them unseen."""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


class Unsealable(Exception):
    """Sealed with another key, for another place, or changed since."""


@lru_cache(maxsize=32)
def sealing_key(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose, derived from a secret that serves others too."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def seal(key: bytes, plain: bytes, place: str) -> bytes:
    """The bytes sealed for a place (a row and column), where alone they open again."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """What was sealed. Raises Unsealable."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError):
        raise Unsealable from None
