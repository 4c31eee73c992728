"""动态口令 (RFC 6238): who must have one, and which code is right. In real time, like passwords."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS, STEP_SECONDS = 6, 30
# A telephone's clock is off by some seconds, and a person types for some more.
STEPS_AROUND = (0, -1, 1)
ENROLMENT_LIFE = timedelta(hours=1)
ISSUER = "12345"
# Whoever may be shown a caller (Art. 17): the roles of the methods that intake declares to reveal one.
SEE_CALLERS = frozenset(
    f"ROLE_{name}" for name in ("OPERATOR", "DISPATCHER", "HANDLER", "UNIT_LEAD", "REVIEWER", "CALL_BACK", "SUPERVISOR")
)


@dataclass(frozen=True)
class SecondFactor:
    """A person's; `last_step` counts half minutes since 1970 and is that of the last code taken."""

    person_id: str
    enrolment_hash: str
    begun_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0


def is_demanded(profile: str, roles: frozenset[str]) -> bool:
    """Whether somebody may only log in with one: whoever sees callers, where the callers are real."""
    return profile == "production" and bool(roles & SEE_CALLERS)


def step_of(secret: bytes, code: str, now: datetime, last_step: int) -> int | None:
    """The step that a code is right for, later than the last one taken; None where it is not right."""
    current = int(now.timestamp()) // STEP_SECONDS
    found = (
        step
        for step in (current + around for around in STEPS_AROUND)
        if step > last_step and hmac.compare_digest(_code(secret, step), code.encode())
    )
    return next(found, None)


def address_of(secret: bytes, login: str) -> str:
    """How an app reads it from a picture."""
    return _totp(secret).get_provisioning_uri(login, ISSUER)


def _code(secret: bytes, step: int) -> bytes:
    return _totp(secret).generate(step * STEP_SECONDS)


def _totp(secret: bytes) -> TOTP:
    # What every app has; nothing rests on collisions here.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as above
