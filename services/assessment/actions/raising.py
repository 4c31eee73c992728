"""16: a supervision raised rung by rung; each rung has its document, its term and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis import journal
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import NotAllowed
from regulation.grounds import Ground
from services.assessment import composing
from services.assessment.actions import documenting, supervising
from services.assessment.rules.entered import demand_words
from services.assessment.rules.ladder import LADDER_ARTICLE, Outcome, Rung, Supervised, check_outcome, check_raise
from services.assessment.rules.supervision import State, step
from services.assessment.store import calendars, copies, documented, ladder
from services.assessment.store.raised import rungs
from services.assessment.store.supervised import supervisions

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Came:
    """What came of a rung: in words, and by which document of others'."""

    settled: bool
    result: str
    outside_number: str
    outside_day: str


def raise_supervision(tx: Tx, supervision_id: str, rung: Rung | None, reason: str) -> Row:
    """To a rung. Raises Missing, Invalid, NotAllowed where it may not be yet."""
    row = supervising.own(tx, supervision_id)
    if rung is None:
        raise Invalid("rung", "请选择提级的环节", LADDER_ARTICLE.code)
    demand_words("reason", reason, "请填写提级的理由和提请事项", LADDER_ARTICLE.code)
    state = step("raise_supervision", Ground(row["ground"]), State(row["state"]))
    before = ladder.of_supervision(tx, supervision_id)
    outcomes = {Rung(each["rung"]): Outcome(each["outcome"]) for each in before}
    check_raise(Supervised(State(row["state"]), row["due_at"]), outcomes, rung, tx.now)
    report = composing.letter(documenting.matter_of(tx, row, before), rung, reason, documenting.today(tx))
    document_id = documented.add(tx, row, supervision_id, report, to_unit=False)
    due_at = calendars.term_after(tx, rung.days(copies.policy_of(tx)), LADDER_ARTICLE)
    tx.insert(rungs, **_fresh(tx, row, rung, reason), document_id=document_id, due_at=due_at)
    tx.change(supervisions, {"supervision_id": supervision_id}, {"state": state.value})
    _note(tx, supervision_id, "raise_supervision", {"rung": rung, "document": document_id})
    return _one(tx, supervision_id, rung)


def record_outcome(tx: Tx, supervision_id: str, rung: Rung | None, came: Came) -> Row:
    """What came of a rung. Raises Missing, Invalid for what it lacks, NotAllowed where it has its outcome."""
    supervising.own(tx, supervision_id)
    row = _one(tx, supervision_id, rung)
    if row["outcome"] != Outcome.OPEN:
        raise NotAllowed(LADDER_ARTICLE, f"“{Rung(row['rung']).term}”的结果已经登记，请刷新后查看")
    demand_words("result", came.result, "请填写办理结果", LADDER_ARTICLE.code)
    if lacking := check_outcome(Rung(row["rung"]), came.outside_number.strip(), came.outside_day):
        said = "请填写答复文件的文号" if lacking == "outside_number" else "请填写答复或签批的日期"
        raise Invalid(lacking, said, LADDER_ARTICLE.code)
    outcome = Outcome.SETTLED if came.settled else Outcome.UNSETTLED
    ended = {
        "outcome": outcome.value, "result": came.result, "outside_number": came.outside_number, "outside_day": came.outside_day,
        "ended_at": tx.now, "ended_by": tx.by.id,
    }  # fmt: skip
    tx.change(rungs, {"supervision_id": supervision_id, "rung": row["rung"]}, ended)
    _note(tx, supervision_id, "record_outcome", {"rung": row["rung"], "outcome": outcome, "late": tx.now > row["due_at"]})
    return _one(tx, supervision_id, rung)


def list_rungs(tx: Tx, page: Page, supervision_id: str, outcome: Outcome | None, *, overdue: bool) -> tuple[Sequence[Row], str]:
    """The nearest term first."""
    own = rungs.c
    wanted = tx.select(rungs).where(own.tenant_id == tx.by.tenant_id)
    if supervision_id:
        wanted = wanted.where(own.supervision_id == supervision_id)
    if outcome or overdue:
        wanted = wanted.where(own.outcome == (Outcome.OPEN if overdue else outcome))
    if overdue:
        wanted = wanted.where(own.due_at < tx.now)
    return tx.page(wanted, (own.due_at, own.supervision_id, own.rung), page)


def is_overdue(row: Row, now: dt.datetime) -> bool:
    """Whether its outcome is awaited and its term went by."""
    return bool(row["outcome"] == Outcome.OPEN and row["due_at"] < now)


def _fresh(tx: Tx, row: Row, rung: Rung, reason: str) -> dict[str, Any]:
    return {
        "supervision_id": row["supervision_id"], "rung": rung.value, "unit_id": row["unit_id"], "outcome": Outcome.OPEN.value,
        "reason": reason, "raised_at": tx.now, "raised_by": tx.by.id, "result": "", "outside_number": "", "outside_day": "", "ended_by": "",
    }  # fmt: skip


def _note(tx: Tx, supervision_id: str, verb: str, detail: dict[str, Any]) -> None:
    journal.append(tx, supervision_id, verb, LADDER_ARTICLE.code, detail)


def _one(tx: Tx, supervision_id: str, rung: Rung | None) -> Row:
    row = tx.row(rungs, supervision_id=supervision_id, rung=rung.value if rung else "", lock=True)
    if row is None:
        raise Missing("该督办没有提级至这一环节：请核对督办编号和环节")
    return row
