"""Who sent a message, and when: HMAC over method, path, instant and body, taken within a window of real time.

SM3 is the hash of GB/T 32905-2016; the HMAC is RFC 2104's with either. A repeat within the window is no fault: every message
has one effect (`rules.receiving`).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC

WINDOW = timedelta(minutes=5)


class Algorithm(StrEnum):
    """What a signature is made with."""

    SHA256 = "HMAC-SHA256"
    SM3 = "HMAC-SM3"


_HASHES: dict[Algorithm, type[HashAlgorithm]] = {Algorithm.SHA256: SHA256, Algorithm.SM3: SM3}


def sign(key: bytes, algorithm: Algorithm, method: str, path: str, at: str, body: bytes) -> str:
    """The signature in hexadecimal. `path` with its query, `at` as it is sent."""
    return _mac(key, algorithm, method, path, at, body).finalize().hex()


def is_signed(signature: str, key: bytes, algorithm: Algorithm, method: str, path: str, at: str, body: bytes) -> bool:
    """Whether whoever has the key signed exactly this; compared in constant time."""
    try:
        _mac(key, algorithm, method, path, at, body).verify(bytes.fromhex(signature))
    except (InvalidSignature, ValueError):
        return False
    return True


def is_timely(at: str, now: datetime) -> bool:
    """Whether an instant (milliseconds since 1970) lies within the window, on either side."""
    if not (at.isascii() and at.isdecimal() and len(at) <= 15):  # noqa: PLR2004 - no instant is longer
        return False
    return abs(now - datetime.fromtimestamp(int(at) / 1000, UTC)) <= WINDOW


def stamp(now: datetime) -> str:
    """An instant as it is signed."""
    return str(int(now.timestamp() * 1000))


def _mac(key: bytes, algorithm: Algorithm, method: str, path: str, at: str, body: bytes) -> HMAC:
    mac = HMAC(key, _HASHES[algorithm]())
    mac.update("\n".join((method.upper(), path, at, hashlib.sha256(body).hexdigest())).encode())
    return mac
