"""20: 约谈. Proposed by the ranking or, for 不作为 and 慢作为, by a person with evidence; held by the vice mayor, recorded here."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Any

from chassis import journal
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import Article, NotAllowed
from services.assessment.actions import telling
from services.assessment.rules.entered import demand_words
from services.assessment.rules.ranking import INTERVIEWED, calls_for_interview, run_around
from services.assessment.store import copies, months
from services.assessment.store.published import interviews

Row = Mapping[Any, Any]
ASSESSING = Article(20)


class Ground(enum.StrEnum):
    """Why somebody is interviewed."""

    RANKING = "ranking"
    INACTION = "inaction"
    SLOWNESS = "slowness"


class State(enum.StrEnum):
    """Whether it was held; void: a correction took its ground away."""

    PROPOSED = "proposed"
    HELD = "held"
    VOID = "void"


def propose_by_ranking(tx: Tx, month: str) -> None:
    """After a publication or correction: whoever was among the last three months on end, once a run; what no longer holds is void."""
    last_in, kinds = months.last_months(tx), {unit["unit_id"]: unit["kind"] for unit in months.assessed_units(tx)}
    standing = _void_groundless(tx, last_in)
    for unit_id, ranked in sorted(last_in.items()):
        already = {each for row in standing if row["unit_id"] == unit_id for each in row["months"]}
        if called := calls_for_interview(run_around(month, ranked), kinds.get(unit_id, ""), already):
            _propose(tx, unit_id, Ground.RANKING, called, "")


def propose_interview(tx: Tx, unit_id: str, ground: Ground | None, evidence: str) -> Row:
    """For 不作为 or 慢作为. Raises Invalid for another ground, no evidence, or a unit that is no district or department of the city's."""
    if ground not in (Ground.INACTION, Ground.SLOWNESS):
        raise Invalid("ground", "请选择约谈情形：不作为或慢作为；连续三个月排名后3位的由系统提出", ASSESSING.code)
    demand_words("evidence", evidence, "请填写不作为、慢作为的事实和依据", ASSESSING.code)
    if copies.kind_of(tx, unit_id) not in INTERVIEWED:
        raise Invalid("unit_id", "约谈的对象是区县政府和市政府部门单位，请核对单位编号", ASSESSING.code)
    return _one(tx, _propose(tx, unit_id, ground, (), evidence))


def record_interview(tx: Tx, interview_id: str, record: str) -> Row:
    """It was held. Raises Missing, Invalid without a record, NotAllowed where it was held already or its ground fell away."""
    row = _one(tx, interview_id, lock=True)
    demand_words("record", record, "请填写约谈记录", ASSESSING.code)
    if row["state"] != State.PROPOSED:
        raise NotAllowed(ASSESSING, "该约谈已经进行或已失去依据，请刷新后查看")
    ended = {"state": State.HELD.value, "record": record, "ended_at": tx.now, "ended_by": tx.by.id}
    tx.change(interviews, {"interview_id": interview_id}, ended)
    journal.append(tx, interview_id, "record_interview", ASSESSING.code, {"unit": row["unit_id"]})
    return _one(tx, interview_id)


def list_interviews(tx: Tx, page: Page) -> tuple[Sequence[Row], str]:
    """The newest first."""
    mine = interviews.c.tenant_id == tx.by.tenant_id
    return tx.page(tx.select(interviews).where(mine), (interviews.c.proposed_at.desc(), interviews.c.interview_id.desc()), page)


def _void_groundless(tx: Tx, last_in: dict[str, dict[str, bool]]) -> Sequence[Row]:
    """Those by ranking that stand; what was not held yet and whose months are no longer all among the last is void."""
    standing: list[Row] = []
    mine = (interviews.c.tenant_id == tx.by.tenant_id) & (interviews.c.ground == Ground.RANKING.value)
    for row in tx.all(tx.select(interviews).where(mine, interviews.c.state != State.VOID.value)):
        holds = all(last_in.get(row["unit_id"], {}).get(month) for month in row["months"])
        if holds or row["state"] == State.HELD:
            standing.append(row)
        else:
            tx.change(interviews, {"interview_id": row["interview_id"]}, {"state": State.VOID.value, "ended_at": tx.now})
            journal.append(tx, row["interview_id"], "void_interview", ASSESSING.code, {"unit": row["unit_id"]})
    return standing


def _propose(tx: Tx, unit_id: str, ground: Ground, called: Sequence[str], evidence: str) -> str:
    interview_id = tx.new_id()
    row: dict[str, Any] = {
        "interview_id": interview_id, "unit_id": unit_id, "ground": ground.value, "months": list(called), "evidence": evidence,
        "state": State.PROPOSED.value, "proposed_at": tx.now, "proposed_by": tx.by.id, "record": "", "ended_by": "",
    }  # fmt: skip
    tx.insert(interviews, **row)
    journal.append(tx, interview_id, "propose_interview", ASSESSING.code, {"unit": unit_id, "ground": ground, "months": list(called)})
    telling.tell_interview(tx, interview_id, unit_id, ground)
    return interview_id


def _one(tx: Tx, interview_id: str, *, lock: bool = False) -> Row:
    row = tx.row(interviews, interview_id=interview_id, lock=lock)
    if row is None:
        raise Missing("没有这次约谈，或您无权查看：请核对编号")
    return row
