"""Recordings as rows: whose they are and since when; the sound lies with the channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_

from chassis.store import Tx
from services.notify.store.tables import recordings

Row = Mapping[Any, Any]


def keep(tx: Tx, recording: str, provider: str, message: Row) -> bool:
    """Name a recording, once; answers whether it was not named before."""
    facts = {name: message[name] for name in ("tenant_id", "message_id", "ticket_id")}
    row = {"recording": recording, "provider": provider, **facts, "kept_at": tx.now, "dropped_at": None}
    return tx.insert_new(recordings, ("recording",), row)


def owners(tx: Tx) -> list[str]:
    """The tenants of which a recording is kept. For `store.read_across` alone."""
    own = recordings.c
    return [row["tenant_id"] for row in tx.all(tx.select(recordings, own.tenant_id).where(own.dropped_at.is_(None)).distinct())]


def named(tx: Tx, names: Iterable[str]) -> dict[str, Row]:
    """Those of the recordings that are named here, whoever owns them. For `store.read_across` alone."""
    return {row["recording"]: row for row in tx.rows_among(recordings, "recording", names)}


def made_until(tx: Tx, until: datetime, providers: Iterable[str], limit: int) -> list[Row]:
    """Recordings of the transaction's tenant that providers keep since this instant or before, the oldest first."""
    own = recordings.c
    wanted = tx.select(recordings).where(_made_until(tx, until), own.provider.in_(sorted(providers)))
    return list(tx.all(wanted.order_by(own.kept_at, own.recording).limit(limit)))


def kept_by_others(tx: Tx, until: datetime, providers: Iterable[str]) -> str:
    """Another provider that keeps such recordings; empty where there is none."""
    row = tx.one(tx.select(recordings).where(_made_until(tx, until), recordings.c.provider.not_in(sorted(providers))).limit(1))
    return str(row["provider"]) if row else ""


def drop(tx: Tx, recording: str) -> bool:
    """It is gone; answers whether that is news."""
    own = recordings.c
    return bool(tx.run(tx.update(recordings).where(own.recording == recording, own.dropped_at.is_(None)).values(dropped_at=tx.now)))


def _made_until(tx: Tx, until: datetime) -> ColumnElement[bool]:
    own = recordings.c
    return and_(own.tenant_id == tx.by.tenant_id, own.dropped_at.is_(None), own.kept_at <= until)
