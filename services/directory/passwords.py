"""Argon2 hashes of passwords, and hashes of secrets that chance made."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.settings import Settings

# OWASP's least for Argon2id: some 20 ms and 19 MiB an attempt.
TIME_COST, MEMORY_KIB, LANES = 2, 19 * 1024, 1
# A demo's passwords are 144 bits of chance: there is nothing to guess, and hundreds of them are made at once.
DEMO_TIME_COST, DEMO_MEMORY_KIB = 1, 64
SECRET_BYTES = 32
PASSWORD_BYTES = 18


class Passwords:
    """Hashes and checks passwords as the profile demands."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash(secrets.token_urlsafe(PASSWORD_BYTES))

    def hashed(self, password: str) -> str:
        """What is stored of a password."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; takes the same time where there is none to hold it against."""
        try:
            return self._hasher.verify(stored or self._nobody, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, stored: str) -> bool:
        """Whether it was hashed by other costs than those of now."""
        return self._hasher.check_needs_rehash(stored)


@lru_cache(maxsize=2)
def _passwords(*, demo: bool) -> Passwords:
    if demo:
        return Passwords(PasswordHasher(DEMO_TIME_COST, DEMO_MEMORY_KIB, LANES))
    return Passwords(PasswordHasher(TIME_COST, MEMORY_KIB, LANES))


def passwords_for(settings: Settings) -> Passwords:
    """How this instance hashes passwords."""
    return _passwords(demo=settings.profile == "demo")


def random_password() -> str:
    """A password nobody guesses."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def first_password(settings: Settings, tenant_id: str, login: str) -> str:
    """Whoever has `FIRST_PASSWORDS` can tell somebody's first password (HMAC-SHA256); without it, it is chance."""
    if not settings.first_passwords:
        return random_password()
    digest = hmac.digest(settings.first_passwords.encode(), f"{tenant_id}\x1f{login}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:PASSWORD_BYTES]).decode()


def new_secret(prefix: str, tenant_id: str) -> str:
    """A token or key that says whose it is, for whoever receives it knows nobody yet: prefix:tenant:chance."""
    return f"{prefix}:{tenant_id}:{secrets.token_urlsafe(SECRET_BYTES)}"


def tenant_of(prefix: str, secret: str) -> str:
    """The tenant a token or key says it belongs to; empty for what is neither."""
    parts = secret.split(":")
    return parts[1] if len(parts) == 3 and parts[0] == prefix else ""  # noqa: PLR2004 - as new_secret writes it


def secret_hash(secret: str) -> str:
    """What is stored of a token or key; chance needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
