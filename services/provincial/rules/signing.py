"""Who sent a message, and when: signed are method, path, instant and the body's hash, taken within a window of real time.

SM3 is the hash of GB/T 32905-2016; the HMAC is RFC 2104's with either. Of a body the SHA-256 is signed, by SM2 its SM3. A repeat within the
window is no fault: every message has one effect (`rules.receiving`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Protocol

import gmalg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC

WINDOW = timedelta(minutes=5)
USER_ID = b"1234567812345678"
HALF = 32


class Algorithm(StrEnum):
    """What a signature is made with."""

    SHA256 = "HMAC-SHA256"
    SM3 = "HMAC-SM3"
    SM2 = "SM2-SM3"


class Signing(Protocol):
    """How a province and the city sign."""

    @property
    def algorithm(self) -> Algorithm:
        """As it is named in a message."""

    def sign(self, method: str, path: str, at: str, body: bytes) -> str:
        """The signature in hexadecimal. `path` with its query, `at` as it is sent."""

    def is_signed(self, signature: str, method: str, path: str, at: str, body: bytes) -> bool:
        """Whether the province signed exactly this."""


_HASHES: dict[Algorithm, type[HashAlgorithm]] = {Algorithm.SHA256: SHA256, Algorithm.SM3: SM3}


@dataclass(frozen=True)
class Shared:
    """HMAC with a key that both sides have."""

    algorithm: Algorithm
    key: bytes = field(repr=False)

    def sign(self, method: str, path: str, at: str, body: bytes) -> str:
        """The MAC."""
        return self._mac(method, path, at, body).finalize().hex()

    def is_signed(self, signature: str, method: str, path: str, at: str, body: bytes) -> bool:
        """Compared in constant time."""
        try:
            self._mac(method, path, at, body).verify(bytes.fromhex(signature))
        except (InvalidSignature, ValueError):
            return False
        return True

    def _mac(self, method: str, path: str, at: str, body: bytes) -> HMAC:
        mac = HMAC(self.key, _HASHES[self.algorithm]())
        mac.update(_text(method, path, at, hashlib.sha256(body).hexdigest()))
        return mac


@dataclass(frozen=True)
class OwnKeys:
    """SM2 (GB/T 32918.2) with SM3: each side signs with its own private key, and knows the other's public one. r and s, 32 bytes each.

    The user id is that of GM/T 0009 where none is agreed. Raises ValueError for keys that are none.
    """

    private: bytes = field(repr=False)
    public: bytes
    algorithm: Algorithm = Algorithm.SM2

    def __post_init__(self) -> None:
        whole = len(self.private) == HALF and len(self.public) == 1 + 2 * HALF and self.public.startswith(b"\x04")
        if not (whole and gmalg.SM2().verify_pk(self.public)):
            raise ValueError("no SM2 key")

    def sign(self, method: str, path: str, at: str, body: bytes) -> str:
        """r and s."""
        r, s = gmalg.SM2(self.private, USER_ID, self._own_public).sign(_text(method, path, at, _sm3(body)))
        both = bytes(r).rjust(HALF, b"\0") + bytes(s).rjust(HALF, b"\0")
        return both.hex()

    def is_signed(self, signature: str, method: str, path: str, at: str, body: bytes) -> bool:
        """By the other side's key."""
        try:
            both = bytes.fromhex(signature)
        except ValueError:
            return False
        if len(both) != 2 * HALF:
            return False
        known = gmalg.SM2(uid=USER_ID, pk=self.public)
        return bool(known.verify(_text(method, path, at, _sm3(body)), both[:HALF], both[HALF:]))

    @cached_property
    def _own_public(self) -> bytes:
        return bytes(gmalg.SM2().generate_pk(self.private))


def is_timely(at: str, now: datetime) -> bool:
    """Whether an instant (milliseconds since 1970) lies within the window, on either side."""
    if not (at.isascii() and at.isdecimal() and len(at) <= 15):  # noqa: PLR2004 - no instant is longer
        return False
    return abs(now - datetime.fromtimestamp(int(at) / 1000, UTC)) <= WINDOW


def stamp(now: datetime) -> str:
    """An instant as it is signed."""
    return str(int(now.timestamp() * 1000))


def _text(method: str, path: str, at: str, digest: str) -> bytes:
    return f"{method.upper()}\n{path}\n{at}\n{digest}".encode()


def _sm3(body: bytes) -> str:
    digest = Hash(SM3())
    digest.update(body)
    return digest.finalize().hex()
