"""Loads and saves second factors; their secrets lie sealed."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import RowMapping
from sqlalchemy.sql.elements import ColumnElement

from chassis.store import Tx
from services.directory.rules.second_factors import SecondFactor
from services.directory.sealed import sealed, unsealed
from services.directory.store.tables import second_factors as table


def lock_of(tx: Tx, person_id: str) -> tuple[SecondFactor, bytes] | None:
    """A person's, with its secret."""
    return _one(tx, table.c.person_id == person_id)


def lock_by_enrolment(tx: Tx, enrolment_hash: str) -> tuple[SecondFactor, bytes] | None:
    """The one that was begun so, with its secret."""
    return _one(tx, table.c.enrolment_hash == enrolment_hash)


def add(tx: Tx, factor: SecondFactor, secret: bytes) -> None:
    """Insert or replace it."""
    tx.put(table, ("person_id",), {**asdict(factor), "sealed": sealed(tx.settings, secret, factor.person_id)})


def update(tx: Tx, factor: SecondFactor) -> None:
    """Keep what changes: that it stands, and which code was the last."""
    changed = {"confirmed_at": factor.confirmed_at, "last_step": factor.last_step}
    tx.run(tx.update(table).where(table.c.person_id == factor.person_id).values(**changed))


def remove(tx: Tx, person_id: str) -> int:
    """Answers how many there were."""
    return tx.run(tx.delete(table).where(table.c.person_id == person_id))


def _one(tx: Tx, which: ColumnElement[bool]) -> tuple[SecondFactor, bytes] | None:
    row = tx.one(tx.select(table).where(which).with_for_update())
    return (_factor(row), unsealed(tx.settings, row["sealed"], row["person_id"])) if row else None


def _factor(row: RowMapping) -> SecondFactor:
    return SecondFactor(row["person_id"], row["enrolment_hash"], row["begun_at"], row["confirmed_at"], row["last_step"])
