"""Loads and saves what log-ins need: credentials, failed attempts, sessions and their refresh tokens. In real time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from chassis.clock import real_now
from chassis.store import Tx
from services.directory.rules.credentials import FORGOTTEN_AFTER, Attempts, Session
from services.directory.store.tables import attempts, credentials, refresh_tokens, sessions

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Credential:
    """The hash of a person's password, and whether it only serves to set another."""

    person_id: str
    hash: str
    must_change: bool


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token by its hash."""

    hash: str
    session_id: str
    expires_at: datetime
    used_at: datetime | None


def load_credential(tx: Tx, person_id: str) -> Credential | None:
    """A person's credential."""
    row = tx.one(tx.select(credentials).where(credentials.c.person_id == person_id))
    return Credential(row["person_id"], row["hash"], row["must_change"]) if row else None


def save_credential(tx: Tx, credential: Credential) -> None:
    """Insert or replace a credential."""
    tx.put(credentials, ("person_id",), {**asdict(credential), "set_at": real_now()})


def lock_attempts(tx: Tx, login: str) -> Attempts:
    """The failed attempts on a name; whoever tries the same name meanwhile waits."""
    mine = {"tenant_id": tx.by.tenant_id, "login": login}
    tx.insert_missing(attempts, ("tenant_id", "login"), [{**mine, "failures": 0, "last_at": real_now()}])
    same = (attempts.c.tenant_id == tx.by.tenant_id) & (attempts.c.login == login)
    row = tx.one(tx.select(attempts).where(same).with_for_update())
    return Attempts(row["failures"], row["last_at"], row["locked_until"]) if row else Attempts()


def save_attempts(tx: Tx, login: str, counted: Attempts) -> None:
    """Keep how often a name failed."""
    same = (attempts.c.tenant_id == tx.by.tenant_id) & (attempts.c.login == login)
    tx.run(tx.update(attempts).where(same).values(**asdict(counted)))


def clear_attempts(tx: Tx, login: str) -> None:
    """Forget a name's failures."""
    tx.run(tx.delete(attempts).where(attempts.c.tenant_id == tx.by.tenant_id, attempts.c.login == login))


def load_session(tx: Tx, session_id: str) -> Session | None:
    """A session of the caller's tenant."""
    row = tx.one(tx.select(sessions).where(sessions.c.session_id == session_id))
    return _session(row) if row else None


def save_session(tx: Tx, session: Session) -> None:
    """Insert or update a session."""
    tx.put(sessions, ("session_id",), asdict(session))


def add_session(tx: Tx, session: Session) -> bool:
    """Insert a session unless its id is spent; answers whether it was inserted."""
    return tx.insert_new(sessions, ("session_id",), asdict(session))


def end_sessions(tx: Tx, person_id: str) -> None:
    """End every session of a person."""
    open_ones = (sessions.c.person_id == person_id) & sessions.c.ended_at.is_(None)
    tx.run(tx.update(sessions).where(open_ones).values(ended_at=real_now()))


def add_refresh_token(tx: Tx, hashed: str, session_id: str, expires_at: datetime) -> None:
    """Keep a refresh token by its hash."""
    tx.insert(refresh_tokens, hash=hashed, session_id=session_id, expires_at=expires_at)


def lock_refresh_token(tx: Tx, hashed: str) -> RefreshToken | None:
    """A refresh token by its hash; whoever brings the same meanwhile waits."""
    row = tx.one(tx.select(refresh_tokens).where(refresh_tokens.c.hash == hashed).with_for_update())
    return RefreshToken(row["hash"], row["session_id"], row["expires_at"], row["used_at"]) if row else None


def spend_refresh_token(tx: Tx, hashed: str) -> None:
    """It was good once."""
    tx.run(tx.update(refresh_tokens).where(refresh_tokens.c.hash == hashed).values(used_at=real_now()))


def sweep(tx: Tx) -> int:
    """Delete attempts long past and sessions long over, of every tenant; the journal keeps who logged in. Answers how many."""
    now = real_now()
    swept = tx.run(attempts.delete().where(attempts.c.last_at < now - FORGOTTEN_AFTER))
    swept += tx.run(refresh_tokens.delete().where(refresh_tokens.c.expires_at < now - KEPT))
    return swept + tx.run(sessions.delete().where(sessions.c.ends_at < now - KEPT))


def _session(row: RowMapping) -> Session:
    return Session(row["session_id"], row["tenant_id"], row["person_id"], row["started_at"], row["ends_at"], row["ended_at"])
