"""20: what people score of 完善制度、建立长期机制、改进工作, with evidence; and facts that a score does not count, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from chassis import journal
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.actions.scoring import ASSESSING, checked, subject
from services.assessment.rules.scoring import scheme, scored_by_people
from services.assessment.store import copies
from services.assessment.store.published import exclusions, items
from services.assessment.store.tables import facts

Row = Mapping[Any, Any]
TENTHS = Decimal("0.01")


def enter_item(tx: Tx, month: str, unit_id: str, part: str, points: str, evidence: str) -> str:
    """Score an item; the newest counts, a published month stands until it is corrected. Raises Invalid."""
    checked(month)
    known = [each.name for each in scored_by_people()]
    if part not in known:
        raise Invalid("part", f"没有评分项 {part[:40]}：可选 {'、'.join(known)}", ASSESSING.code)
    if not copies.kind_of(tx, unit_id):
        raise Invalid("unit_id", "没有这个单位，请从本级单位中选择", ASSESSING.code)
    if not evidence.strip():
        raise Invalid("evidence", "请填写评分的依据", ASSESSING.code)
    given = _points(points, scheme().parts[part].points)
    item_id = tx.new_id()
    row = {"item_id": item_id, "month": month, "unit_id": unit_id, "part": part, "points": str(given), "evidence": evidence}
    tx.insert(items, **row, entered_by=tx.by.id, entered_at=tx.now)
    journal.append(tx, subject(tx, month), "enter_item", ASSESSING.code, {"unit": unit_id, "part": part, "points": str(given)})
    return item_id


def list_items(tx: Tx, page: Page, month: str) -> tuple[Sequence[Row], str]:
    """Everything that was scored for a month, the oldest first. Raises Invalid."""
    mine = (items.c.tenant_id == tx.by.tenant_id) & (items.c.month == checked(month))
    return tx.page(tx.select(items).where(mine), (items.c.unit_id, items.c.part, items.c.item_id), page)


def exclude_fact(tx: Tx, subject_id: str, round_: int, rate: str, reason: str) -> None:
    """A score does not count it from now on; rates do. Raises Missing, Invalid without a reason."""
    if not reason.strip():
        raise Invalid("reason", "请填写不计入考核的理由", ASSESSING.code)
    fact = tx.row(facts, subject_id=subject_id, round=round_, rate=rate)
    if fact is None or fact["tenant_id"] != tx.by.tenant_id:
        raise Missing("没有这条计数依据，或不属于本级考核：请从指标下的工单中选择")
    row = {"subject_id": subject_id, "round": round_, "rate": rate, "reason": reason, "excluded_by": tx.by.id, "excluded_at": tx.now}
    if tx.insert_new(exclusions, ("subject_id", "round", "rate"), row):
        step = {"subject": subject_id, "round": round_, "rate": rate, "unit": fact["unit_id"], "reason": reason}
        journal.append(tx, subject(tx, fact["day"][:7]), "exclude_fact", ASSESSING.code, step)


def _points(text: str, most: Decimal) -> Decimal:
    try:
        given = Decimal(text)
    except InvalidOperation:
        given = Decimal(-1)
    if not given.is_finite() or not 0 <= given <= most or given != given.quantize(TENTHS):
        raise Invalid("points", f"请填写0至{most}之间的分数，至多两位小数", ASSESSING.code)
    return given.quantize(TENTHS)
