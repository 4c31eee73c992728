"""20: a unit appeals against what was published; the assessor decides. What follows from it is a correction."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Any

from chassis import journal
from chassis.errors import Denied, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import NotAllowed
from services.assessment.actions.scoring import ASSESSING, subject
from services.assessment.rules.entered import checked_month, demand_words
from services.assessment.rules.offering import Offered, of_published
from services.assessment.store import copies, months
from services.assessment.store.published import appeals

Row = Mapping[Any, Any]
WIDE_ROLES = frozenset({"ROLE_SUPERVISOR", "ROLE_ASSESSOR"})


class State(enum.StrEnum):
    """Whether it was decided, and how."""

    OPEN = "open"
    UPHELD = "upheld"
    REFUSED = "refused"


def file_appeal(tx: Tx, month: str, unit_id: str, reason: str, evidence: str) -> str:
    """By the unit's own people; for a district's unit in the city by the district's hub. Raises Invalid, Denied, Missing, NotAllowed."""
    checked_month(month, ASSESSING.code)
    demand_words("reason", reason, "请填写申诉的理由", ASSESSING.code)
    unit = copies.own_unit(tx, unit_id)
    if unit is None:
        raise Denied("只能由被考核单位就本单位的考核结果申诉")
    with tx.acting_for(unit["tenant_id"]) as owner:
        published = months.newest(owner, unit["tenant_id"], month)
        if published is None:
            raise Missing(f"{month}的考核结果尚未公布，不能申诉")
        if _open(owner, month, unit_id):
            raise NotAllowed(ASSESSING, "本单位对该月考核结果的申诉正在处理，请等待决定")
        appeal_id = owner.new_id()
        row: dict[str, Any] = {
            "appeal_id": appeal_id, "handling_tenant_id": unit["handling_tenant_id"] or None, "month": month, "unit_id": unit_id,
            "version": published["version"], "state": State.OPEN.value, "reason": reason, "evidence": evidence,
            "filed_by": tx.by.id, "filed_at": tx.now, "decision": "", "decided_by": "",
        }  # fmt: skip
        owner.insert(appeals, **row)
        journal.append(owner, subject(owner, month), "file_appeal", ASSESSING.code, {"appeal": appeal_id, "unit": unit_id})
    return appeal_id


def opened(tx: Tx, assessment: Row) -> tuple[str, list[Offered]]:
    """The unit that whoever asks speaks for, where a published month scored it, and what it may do."""
    own = copies.spoken_for(tx, assessment["tenant_id"])
    with copies.publishing(tx, assessment["tenant_id"]) as owner:
        if not months.is_scored(owner, assessment["month"], assessment["version"], own):
            return "", []
        return own, of_published(appealing=not _open(owner, assessment["month"], own))


def decide_appeal(tx: Tx, appeal_id: str, *, uphold: bool, decision: str) -> Row:
    """Upheld or refused, with the reason. Raises Missing, Invalid, NotAllowed where it is decided."""
    row = tx.row(appeals, appeal_id=appeal_id, lock=True)
    if row is None or row["tenant_id"] != tx.by.tenant_id:
        raise Missing("没有这件申诉，或不由您决定：请核对编号")
    demand_words("decision", decision, "请填写决定的理由", ASSESSING.code)
    if row["state"] != State.OPEN:
        raise NotAllowed(ASSESSING, "该申诉已经决定，请刷新后查看")
    state = State.UPHELD if uphold else State.REFUSED
    tx.change(appeals, {"appeal_id": appeal_id}, {"state": state.value, "decision": decision, "decided_by": tx.by.id, "decided_at": tx.now})
    journal.append(tx, subject(tx, row["month"]), "decide_appeal", ASSESSING.code, {"appeal": appeal_id, "state": state})
    return tx.rows(appeals, appeal_id=appeal_id)[0]


def list_appeals(tx: Tx, page: Page, tenant_id: str) -> tuple[Sequence[Row], str]:
    """Against what a tenant published, the newest first; a unit's own people see their unit's, a district its own in the city."""
    wanted = tx.select(appeals).where(appeals.c.tenant_id == (tenant_id or tx.by.tenant_id))
    if not WIDE_ROLES & tx.by.roles:
        wanted = wanted.where(appeals.c.unit_id == tx.by.unit_id)
    return tx.page(wanted, (appeals.c.filed_at.desc(), appeals.c.appeal_id.desc()), page)


def _open(owner: Tx, month: str, unit_id: str) -> bool:
    mine = (appeals.c.tenant_id == owner.by.tenant_id) & (appeals.c.month == month) & (appeals.c.unit_id == unit_id)
    return owner.one(owner.select(appeals).where(mine, appeals.c.state == State.OPEN.value)) is not None
