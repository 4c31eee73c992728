"""15: supervisions and their evidence as people read them. A unit's own people see what was issued to it, and nobody's words (17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.rules.supervision import AWAITED, UNSEEN, State
from services.assessment.store.supervised import evidence, supervisions

Row = Mapping[Any, Any]
WIDE_ROLES = frozenset({"ROLE_SUPERVISOR", "ROLE_ASSESSOR"})
# What only the hub is told: a person's words, and who called again.
KEPT_FROM_UNITS = {"reason": "", "proposed_by": "", "issued_by": "", "ended_by": ""}


@dataclass(frozen=True)
class Wanted:
    """Which supervisions; empty: any. `tenant_id`: who supervises."""

    tenant_id: str = ""
    unit_id: str = ""
    state: State | None = None
    overdue: bool = False


def list_supervisions(tx: Tx, page: Page, asked: Wanted) -> tuple[Sequence[Row], str]:
    """The newest first."""
    tenant_id = asked.tenant_id or tx.by.tenant_id
    wanted = _seen(tx, tenant_id, tx.select(supervisions).where(supervisions.c.tenant_id == tenant_id))
    if asked.unit_id:
        wanted = wanted.where(supervisions.c.unit_id == asked.unit_id)
    if asked.state:
        wanted = wanted.where(supervisions.c.state == asked.state.value)
    if asked.overdue:
        wanted = wanted.where(supervisions.c.state.in_([state.value for state in AWAITED]), supervisions.c.due_at < tx.now)
    rows, token = tx.page(wanted, (supervisions.c.proposed_at.desc(), supervisions.c.supervision_id.desc()), page)
    return [shown(tx, row) for row in rows], token


def get_supervision(tx: Tx, supervision_id: str) -> Row:
    """One. Raises Missing."""
    row = tx.row(supervisions, supervision_id=supervision_id)
    if (
        row is None
        or tx.one(_seen(tx, row["tenant_id"], tx.select(supervisions).where(supervisions.c.supervision_id == supervision_id))) is None
    ):
        raise Missing("没有这件督办，或您无权查看：请核对编号")
    return shown(tx, row)


def list_evidence(tx: Tx, page: Page, supervision_id: str) -> tuple[Sequence[Row], str]:
    """What a supervision rests on, the oldest day first. Raises Missing."""
    owner = get_supervision(tx, supervision_id)["tenant_id"]
    wanted = tx.select(evidence).where(evidence.c.case_id == supervision_id)
    order = tuple(evidence.c[name] for name in ("day", "rate", "subject_id", "round"))
    rows, token = tx.page(wanted, order, page)
    return [row if _is_wide(tx, owner) else {**row, "subject_id": _open_subject(row)} for row in rows], token


def is_overdue(tx: Tx, row: Row) -> bool:
    """Whether the unit's answer is awaited and its term went by."""
    return row["state"] in AWAITED and row["due_at"] < tx.now


def _seen(tx: Tx, owner: str, wanted: Select[Any]) -> Select[Any]:
    """What whoever asks is told of."""
    if _is_wide(tx, owner):
        return wanted
    wanted = wanted.where(supervisions.c.state.not_in([state.value for state in UNSEEN]))
    return wanted if owner != tx.by.tenant_id else wanted.where(supervisions.c.unit_id == tx.by.unit_id)


def _is_wide(tx: Tx, owner: str) -> bool:
    return bool(WIDE_ROLES & tx.by.roles) and owner in tx.by.reads


def shown(tx: Tx, row: Row) -> Row:
    """As whoever asks is told of it."""
    return row if _is_wide(tx, row["tenant_id"]) else {**row, **KEPT_FROM_UNITS}


def _open_subject(row: Row) -> str:
    """17: the ticket by which somebody called again is not the unit's to know."""
    return "" if row["rate"] == "recurrence" else str(row["subject_id"])
