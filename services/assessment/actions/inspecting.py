"""6(3): quality marks (质检) of calls and tickets, entered by people with evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis import journal
from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import NotAllowed
from regulation.instants import local_day
from services.assessment.actions.figuring import scope_of
from services.assessment.rules import inspecting
from services.assessment.rules.entered import demand_words
from services.assessment.rules.inspecting import Defect, Found, Inspected
from services.assessment.rules.seats import CONTRACT
from services.assessment.store import orders, seats
from services.assessment.store.seated import quality_marks

Row = Mapping[Any, Any]


def enter_quality_mark(tx: Tx, inspected: Inspected | None, subject_id: str, score: str, defects: Sequence[Defect], evidence: str) -> Row:
    """A call or ticket is marked once. Raises Invalid, Missing for what is not known here, NotAllowed where it is marked."""
    found = inspecting.found(inspected, score, defects, evidence)
    about = _of_call(tx, subject_id) if found.inspected is Inspected.CALL else _of_ticket(tx, subject_id)
    if tx.row(quality_marks, tenant_id=tx.by.tenant_id, inspected=found.inspected.value, subject_id=subject_id, withdrawn_at=None):
        raise NotAllowed(CONTRACT, "该通话或工单已有质检结果，每件只质检一次；确有错误的请先撤回")
    mark_id = tx.new_id()
    tx.insert(quality_marks, mark_id=mark_id, subject_id=subject_id, **about, **_kept(tx, found))
    told = {"subject": subject_id, "score": str(found.score or ""), "defects": [each.value for each in found.defects]}
    journal.append(tx, mark_id, "enter_quality_mark", CONTRACT.code, told)
    return _one(tx, mark_id)


def withdraw_quality_mark(tx: Tx, mark_id: str, reason: str) -> Row:
    """It was wrong. Raises Missing, Invalid without a reason, NotAllowed where it is withdrawn."""
    row = tx.row(quality_marks, mark_id=mark_id, lock=True)
    if row is None or row["tenant_id"] != tx.by.tenant_id:
        raise Missing("没有这条质检记录：请核对编号")
    demand_words("reason", reason, "请填写撤回的理由", CONTRACT.code)
    if row["withdrawn_at"] is not None:
        raise NotAllowed(CONTRACT, "该质检记录已撤回，不能再次撤回")
    withdrawn = {"withdrawn_at": tx.now, "withdrawn_by": tx.by.id, "withdrawn_reason": reason}
    tx.change(quality_marks, {"mark_id": mark_id}, withdrawn)
    journal.append(tx, mark_id, "withdraw_quality_mark", CONTRACT.code, {"reason": reason})
    return _one(tx, mark_id)


def list_quality_marks(tx: Tx, page: Page, tenant_id: str, span: tuple[str, str], inspected: Inspected | None) -> tuple[Sequence[Row], str]:
    """By the day they were entered. Raises Invalid."""
    return seats.page_of_marks(tx, scope_of(tx, tenant_id, "", "", span, with_today=True), page, inspected)


def _of_call(tx: Tx, call_id: str) -> dict[str, str]:
    call = seats.known(tx, [call_id]).get(call_id)
    if call is None:
        raise Missing("没有导入过这通来话：请核对通话编号")
    if call.answered_at is None:
        raise NotAllowed(CONTRACT, "该来话无人接听，没有可质检的通话")
    return {"number": "", "agent": call.agent}


def _of_ticket(tx: Tx, ticket_id: str) -> dict[str, str]:
    found = next((order for order in orders.seen_of_tickets(tx, [ticket_id]) if order.about.tenant_id == tx.by.tenant_id), None)
    if found is None:
        raise Missing("没有这张工单，或尚未形成转办单：请核对编号；直接答复的请质检其通话")
    return {"number": found.about.number, "agent": ""}


def _kept(tx: Tx, found: Found) -> dict[str, Any]:
    return {
        "inspected": found.inspected.value, "day": local_day(tx.now).isoformat(),
        "tenths": None if found.score is None else int(found.score * seats.TENTHS),
        "defects": [each.value for each in found.defects], "defective": bool(found.defects), "evidence": found.evidence,
        "entered_by": tx.by.id, "entered_at": tx.now, "withdrawn_by": "", "withdrawn_reason": "",
    }  # fmt: skip


def _one(tx: Tx, mark_id: str) -> Row:
    row = tx.row(quality_marks, mark_id=mark_id)
    if row is None:
        raise LookupError(f"mark {mark_id} was just kept")
    return row
