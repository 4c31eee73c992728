"""Passwords, lock-out after failures, and how long a session lives. All in real time, never the virtual clock's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.errors import Denied, Invalid

SHORTEST = 12
LONGEST = 128
LEAST_DIFFERENT = 6

FREE_FAILURES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)

ACCESS_LIFE = timedelta(minutes=5)
# A shift, with its hand-over: who was away longer logs in again.
REFRESH_LIFE = timedelta(hours=10)
SESSION_LIFE = timedelta(hours=24)
KEY_OVERLAP_HOURS = 168


@dataclass(frozen=True)
class Attempts:
    """Failed attempts on one login name since the last success."""

    failures: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True)
class Session:
    """What began with a log-in; its refresh tokens replace one another."""

    session_id: str
    tenant_id: str
    person_id: str
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


def check_password(field: str, password: str, login: str) -> None:
    """Raises Invalid for a password that is easily guessed; never says the password."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(field, f"密码长度应为{SHORTEST}至{LONGEST}个字符")
    if len(set(password)) < LEAST_DIFFERENT:
        raise Invalid(field, f"密码过于简单，至少应有{LEAST_DIFFERENT}种不同的字符")
    if login.lower() in password.lower():
        raise Invalid(field, "密码不能包含登录名")


def refuse_locked(attempts: Attempts, now: datetime) -> None:
    """Raises Denied while the name is locked; an attempt made meanwhile is not even looked at."""
    if attempts.locked_until and now < attempts.locked_until:
        minutes = -(-(attempts.locked_until - now) // timedelta(minutes=1))
        raise Denied(f"登录失败次数过多，请约{minutes}分钟后再试，或联系租户管理员重设密码")


def count_failure(attempts: Attempts, now: datetime) -> Attempts:
    """One failure more; from the fifth on each locks twice as long as the one before, at most an hour."""
    if attempts.last_at and now - attempts.last_at > FORGOTTEN_AFTER:
        attempts = Attempts()
    failures = attempts.failures + 1
    over = failures - FREE_FAILURES
    lock = min(FIRST_LOCK * 2 ** min(over, 16), LONGEST_LOCK) if over >= 0 else None
    return Attempts(failures, now, now + lock if lock else None)


def refresh_ends(session: Session, now: datetime) -> datetime:
    """Until when a refresh token given now is good: never past its session."""
    return min(now + REFRESH_LIFE, session.ends_at)
