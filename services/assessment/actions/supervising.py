"""15: 督办. Proposed by what was found or by a person, issued by a person, answered by the unit, closed or raised (16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis import journal
from chassis.errors import Denied, Invalid, Missing
from chassis.store import Tx
from regulation.articles import NotAllowed
from regulation.grounds import Ground
from regulation.instants import to_local
from services.assessment import composing
from services.assessment.actions import documenting, telling
from services.assessment.rules.entered import demand_words
from services.assessment.rules.grounds import Evidence, Found
from services.assessment.rules.supervision import State, numbered, step
from services.assessment.store import calendars, copies, documented, ladder, orders, supervisions
from services.assessment.store.supervised import supervisions as table

Row = Mapping[Any, Any]


def gather(tx: Tx, unit: Row, found: Found) -> None:
    """Propose what was found, or add it to what is proposed already."""
    propose(tx, unit, found, supervisions.standing(tx).get((found.ground.value, found.unit_id)))


def propose(tx: Tx, unit: Row, found: Found, standing: Row | None, reason: str = "") -> str:
    """A proposal, or more evidence of the one there is; while one is issued and not ended, what is new waits."""
    if standing is not None and standing["state"] != State.PROPOSED:
        return str(standing["supervision_id"])
    row = standing or _add(tx, unit, found.ground, reason)
    supervisions.add_evidence(tx, row, row["supervision_id"], found.ground, found.evidence)
    _step(tx, row, "propose_supervision", {"unit": found.unit_id, "evidence": len(found.evidence)})
    return str(row["supervision_id"])


def propose_supervision(tx: Tx, unit_id: str, reason: str, order_ids: Sequence[str]) -> Row:
    """15(6): by a person, with the orders it is about, if any. Raises Invalid."""
    demand_words("reason", reason, "请填写需要督办的事由", Ground.OTHER.value)
    unit = copies.unit_of(tx, unit_id)
    if unit is None or not unit["open"]:
        raise Invalid("unit_id", "没有这个单位，或该单位已撤销，请从本级单位中选择", Ground.OTHER.value)
    found = Found(Ground.OTHER, unit_id, tuple(_led(tx, unit_id, dict.fromkeys(order_ids))))
    return _one(tx, propose(tx, unit, found, None, reason))


def issue_supervision(tx: Tx, supervision_id: str) -> Row:
    """The unit is told. Raises Missing, NotAllowed where it is not proposed any more, or its evidence fell away."""
    row = own(tx, supervision_id)
    ground = Ground(row["ground"])
    state = step("issue_supervision", ground, State(row["state"]))
    gone, left = supervisions.fallen(tx, supervision_id)
    if ground is not Ground.OTHER and not left:
        raise NotAllowed(ground.article, "该督办的依据已全部消除，不能下达；确需督办的，请以其他需要督办的事项提出")
    supervisions.drop_evidence(tx, gone)
    year = to_local(tx.now).year
    issued = {
        "state": state.value, "number": numbered(year, supervisions.next_count(tx, year)), "issued_at": tx.now, "issued_by": tx.by.id,
        "due_at": calendars.term_after(tx, copies.policy_of(tx).supervision_term_days, ground.article),
    }  # fmt: skip
    _change(tx, row, "issue_supervision", issued, {"number": issued["number"], "evidence": left})
    told = _one(tx, supervision_id)
    documented.add(tx, told, supervision_id, composing.notice(documenting.matter_of(tx, told), documenting.today(tx)), to_unit=True)
    telling.tell_supervision(tx, told)
    return told


def set_aside_supervision(tx: Tx, supervision_id: str, reason: str) -> Row:
    """A person sees no need of it. Raises Missing, Invalid without a reason, NotAllowed once it is issued."""
    row = own(tx, supervision_id)
    return _end(tx, row, "set_aside_supervision", "reason", reason, "请填写不予督办的理由")


def answer_supervision(tx: Tx, supervision_id: str, answer: str) -> Row:
    """By the unit's own people; for a district by those of its hub. Raises Missing, Denied, Invalid, NotAllowed unless it is awaited."""
    row = tx.row(table, supervision_id=supervision_id, lock=True)
    if row is None or not row["number"]:
        raise Missing("没有这件督办，或不由本单位反馈：请核对编号")
    if copies.own_unit(tx, row["unit_id"]) is None:
        raise Denied("只能由被督办单位反馈整改情况")
    state = step("answer_supervision", Ground(row["ground"]), State(row["state"]))
    demand_words("answer", answer, "请填写整改情况", row["ground"])
    answered = {"state": state.value, "answer": answer, "answered_at": tx.now, "answered_by": tx.by.id}
    with tx.acting_for(row["tenant_id"]) as owner:
        _change(owner, row, "answer_supervision", answered, {"late": tx.now > row["due_at"]})
        return _one(owner, supervision_id)


def close_supervision(tx: Tx, supervision_id: str, conclusion: str) -> Row:
    """It is over. Raises Missing, Invalid without a conclusion, NotAllowed where it is over, not issued, or a rung of 16 is open."""
    row = own(tx, supervision_id)
    ladder.demand_none_open(tx, supervision_id)
    return _end(tx, row, "close_supervision", "conclusion", conclusion, "请填写督办结论")


def void(tx: Tx, row: Row) -> None:
    """All its evidence fell away."""
    state = step("void_supervision", Ground(row["ground"]), State(row["state"]))
    _change(tx, row, "void_supervision", {"state": state.value, "ended_at": tx.now, "ended_by": tx.by.id})


def own(tx: Tx, supervision_id: str) -> Row:
    """One of the caller's tenant, locked. Raises Missing."""
    row = tx.row(table, supervision_id=supervision_id, lock=True)
    if row is None or row["tenant_id"] != tx.by.tenant_id:
        raise Missing("没有这件督办，或不由您处理：请核对编号")
    return row


def _end(tx: Tx, row: Row, verb: str, field: str, words: str, missing: str) -> Row:
    state = step(verb, Ground(row["ground"]), State(row["state"]))
    demand_words(field, words, missing, row["ground"])
    ended = {"state": state.value, "conclusion": words, "ended_at": tx.now, "ended_by": tx.by.id}
    _change(tx, row, verb, ended)
    return _one(tx, row["supervision_id"])


def _led(tx: Tx, unit_id: str, order_ids: Sequence[str] | Mapping[str, None]) -> list[Evidence]:
    """Orders that the unit led, as evidence. Raises Invalid for another."""
    known = orders.seen(tx, order_ids)
    for order_id in order_ids:
        order = known.get(order_id)
        led = (
            order is not None and order.about.tenant_id == tx.by.tenant_id and any(date.unit_id == unit_id for date in order.dates.values())
        )
        if not led:
            raise Invalid("order_ids", f"该单位没有承办过工单 {order_id}，请核对工单编号", Ground.OTHER.value)
    day = to_local(tx.now).date().isoformat()
    return [Evidence(unit_id, "", order_id, 0, known[order_id].about.number, day) for order_id in order_ids]


def _add(tx: Tx, unit: Row, ground: Ground, reason: str) -> Row:
    supervision_id = tx.new_id()
    row: dict[str, Any] = {
        "supervision_id": supervision_id, "handling_tenant_id": unit["handling_tenant_id"] or None, "unit_id": unit["unit_id"],
        "ground": ground.value, "state": State.PROPOSED.value, "number": "", "reason": reason, "proposed_at": tx.now,
        "proposed_by": tx.by.id, "issued_by": "", "answer": "", "answered_by": "", "conclusion": "", "ended_by": "",
    }  # fmt: skip
    tx.insert(table, **row)
    return _one(tx, supervision_id)


def _change(tx: Tx, row: Row, verb: str, values: dict[str, Any], detail: dict[str, Any] | None = None) -> None:
    tx.change(table, {"supervision_id": row["supervision_id"]}, values)
    _step(tx, row, verb, {"unit": row["unit_id"], **(detail or {})})


def _step(tx: Tx, row: Row, verb: str, detail: dict[str, Any]) -> None:
    journal.append(tx, row["supervision_id"], verb, row["ground"], detail)


def _one(tx: Tx, supervision_id: str) -> Row:
    row = tx.row(table, supervision_id=supervision_id)
    if row is None:
        raise LookupError(f"supervision {supervision_id} was just kept")
    return row
