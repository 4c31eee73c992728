"""Signatures as the province makes and checks them: HMAC-SHA256 over method, path, instant and the body's hash."""

from __future__ import annotations

import hashlib
import hmac

from chassis.clock import real_now

ALGORITHM = "HMAC-SHA256"
WINDOW_SECONDS = 300


def sign(key: str, method: str, path: str, at: str, body: bytes) -> str:
    """In hexadecimal."""
    text = "\n".join((method, path, at, hashlib.sha256(body).hexdigest()))
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def headers(key: str, name: str, method: str, path: str, body: bytes, at: str = "") -> dict[str, str]:
    """The headers of a signed request; `at` in milliseconds since 1970, empty: now."""
    at = at or str(int(real_now().timestamp() * 1000))
    signed = sign(key, method, path, at, body)
    return {"X-App-Id": name, "X-Timestamp": at, "X-Sign-Type": ALGORITHM, "X-Sign": signed, "Content-Type": "application/json"}


def is_signed(key: str, method: str, path: str, told: dict[str, str], body: bytes) -> bool:
    """Whether a request was signed with this key, lately."""
    at = told.get("X-Timestamp", "")
    if not at.isdecimal() or abs(real_now().timestamp() - int(at) / 1000) > WINDOW_SECONDS:
        return False
    return hmac.compare_digest(told.get("X-Sign", ""), sign(key, method, path, at, body))
