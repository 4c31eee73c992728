"""20: what people score of 完善制度、建立长期机制、改进工作, with evidence; and facts that a score does not count, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from chassis import journal
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.actions.scoring import ASSESSING, subject
from services.assessment.rules.entered import checked_month, decimal_of, demand_words
from services.assessment.rules.scoring import scheme, scored_by_people
from services.assessment.store import copies
from services.assessment.store.published import exclusions, items
from services.assessment.store.tables import facts

Row = Mapping[Any, Any]
HUNDREDTHS = Decimal("0.01")


def enter_item(tx: Tx, month: str, unit_id: str, part: str, points: str, evidence: str) -> str:
    """Score an item; the newest counts, a published month stands until it is corrected. Raises Invalid."""
    checked_month(month, ASSESSING.code)
    known = [each.name for each in scored_by_people()]
    if part not in known:
        raise Invalid("part", f"没有评分项 {part[:40]}：可选 {'、'.join(known)}", ASSESSING.code)
    if not copies.kind_of(tx, unit_id):
        raise Invalid("unit_id", "没有这个单位，请从本级单位中选择", ASSESSING.code)
    demand_words("evidence", evidence, "请填写评分的依据", ASSESSING.code)
    given = _points(points, scheme().parts[part].points)
    item_id = tx.new_id()
    row = {"item_id": item_id, "month": month, "unit_id": unit_id, "part": part, "points": str(given), "evidence": evidence}
    tx.insert(items, **row, entered_by=tx.by.id, entered_at=tx.now)
    journal.append(tx, subject(tx, month), "enter_item", ASSESSING.code, {"unit": unit_id, "part": part, "points": str(given)})
    return item_id


def list_items(tx: Tx, page: Page, month: str) -> tuple[Sequence[Row], str]:
    """Everything that was scored for a month, the oldest first. Raises Invalid."""
    mine = (items.c.tenant_id == tx.by.tenant_id) & (items.c.month == checked_month(month, ASSESSING.code))
    return tx.page(tx.select(items).where(mine), (items.c.unit_id, items.c.part, items.c.item_id), page)


def exclude_fact(tx: Tx, subject_id: str, round_: int, rate: str, reason: str) -> None:
    """A score does not count it from now on; rates do. Raises Missing, Invalid without a reason."""
    demand_words("reason", reason, "请填写不计入考核的理由", ASSESSING.code)
    fact = tx.row(facts, subject_id=subject_id, round=round_, rate=rate)
    if fact is None or fact["tenant_id"] != tx.by.tenant_id:
        raise Missing("没有这条计数依据，或不属于本级考核：请从指标下的工单中选择")
    row = {"subject_id": subject_id, "round": round_, "rate": rate, "reason": reason, "excluded_by": tx.by.id, "excluded_at": tx.now}
    if tx.insert_new(exclusions, ("subject_id", "round", "rate"), row):
        step = {"subject": subject_id, "round": round_, "rate": rate, "unit": fact["unit_id"], "reason": reason}
        journal.append(tx, subject(tx, fact["day"][:7]), "exclude_fact", ASSESSING.code, step)


def _points(text: str, most: Decimal) -> Decimal:
    given = decimal_of(text, most, HUNDREDTHS)
    if given is None:
        raise Invalid("points", f"请填写0至{most}之间的分数，至多两位小数", ASSESSING.code)
    return given.quantize(HUNDREDTHS)
