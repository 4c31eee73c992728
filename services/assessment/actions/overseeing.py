"""15: supervisions and their evidence as people read them. A unit's own people see what was issued to it, and nobody's words (17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.grounds import Ground
from services.assessment.rules.ladder import Outcome, Rung, Supervised
from services.assessment.rules.offering import Offered, next_rungs, of_supervision
from services.assessment.rules.supervision import AWAITED, UNSEEN, State
from services.assessment.store import copies, ladder
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
    received: bool = False


@dataclass(frozen=True)
class Opened:
    """What a supervision is open to for whoever asks; rungs are theirs who supervise."""

    offers: Sequence[Offered]
    next_rungs: Sequence[Rung]
    open_rung: Rung | None


def list_supervisions(tx: Tx, page: Page, asked: Wanted) -> tuple[Sequence[Row], str]:
    """The newest first."""
    tenant_id = copies.parent_of(tx) if asked.received else asked.tenant_id or tx.by.tenant_id
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


def opened(tx: Tx, row: Row) -> Opened:
    """What it is open to."""
    ours = row["tenant_id"] == tx.by.tenant_id and _is_wide(tx, row["tenant_id"])
    answers = copies.own_unit(tx, row["unit_id"]) is not None
    outcomes = {Rung(each["rung"]): Outcome(each["outcome"]) for each in ladder.of_supervision(tx, row["supervision_id"])} if ours else {}
    supervised = Supervised(State(row["state"]), row["due_at"])
    offers = of_supervision(Ground(row["ground"]), supervised, outcomes, ours=ours, answers=answers, now=tx.now)
    rungs = next_rungs(supervised, outcomes, tx.now) if ours else []
    return Opened(offers, rungs, next((rung for rung, outcome in outcomes.items() if outcome is Outcome.OPEN), None))


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
