"""19: signs are found with their reasons, decided by a person; a confirmed one is put right within a term, or noted (问责通报)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select

from chassis import journal
from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import NotAllowed
from regulation.instants import closing, local_day
from regulation.policy import Policy
from services.assessment import composing
from services.assessment.actions import documenting
from services.assessment.actions.overseeing import WIDE_ROLES
from services.assessment.rules import findings as rules
from services.assessment.rules.entered import demand_words
from services.assessment.rules.findings import SIGNS_ARTICLE, UNSEEN, Sign, Signs, State, sameness, step
from services.assessment.rules.offering import Offered, of_finding
from services.assessment.sealed import reply_digest
from services.assessment.store import calendars, copies, documented, findings, supervisions
from services.assessment.store.found import findings as table
from services.assessment.store.supervised import evidence

Row = Mapping[Any, Any]
Units = Mapping[str, Row]


def answer_passed(tx: Tx, order_id: str, round_: int, text: str, at: dt.datetime) -> None:
    """Of a reply that was passed a keyed hash is kept, where it says enough to be compared."""
    if said := sameness(text):
        findings.keep_reply(tx, order_id, round_, local_day(at).isoformat(), reply_digest(tx.settings, tx.by.tenant_id, said))


def look_for_signs(tx: Tx, units: Units, span: tuple[str, str], policy: Policy) -> None:
    """What the facts of these days show; a sign that is known gathers evidence until a person decides."""
    standing = findings.standing(tx)
    for found in _found(tx, span, policy):
        known = standing.get((found.sign.value, found.unit_id))
        if found.unit_id in units and (known is None or known["state"] == State.FOUND):
            _note(tx, units[found.unit_id], found, known)


def confirm_finding(tx: Tx, finding_id: str, opinion: str) -> Row:
    """A person confirms it: 督促整改 with a term. Raises Missing, Invalid, NotAllowed."""
    row = _own(tx, finding_id)
    state = step("confirm_finding", State(row["state"]))
    demand_words("opinion", opinion, "请填写认定意见", SIGNS_ARTICLE.code)
    due_at = calendars.term_after(tx, copies.policy_of(tx).rectification_days, SIGNS_ARTICLE)
    decided = {"state": state.value, "opinion": opinion, "decided_at": tx.now, "decided_by": tx.by.id, "due_at": due_at}
    _change(tx, row, "confirm_finding", decided)
    return _documented(tx, finding_id)


def set_aside_finding(tx: Tx, finding_id: str, opinion: str) -> Row:
    """A person sees nothing in it. Raises Missing, Invalid, NotAllowed."""
    row = _own(tx, finding_id)
    state = step("set_aside_finding", State(row["state"]))
    demand_words("opinion", opinion, "请填写不予认定的理由", SIGNS_ARTICLE.code)
    _change(tx, row, "set_aside_finding", {"state": state.value, "opinion": opinion, "decided_at": tx.now, "decided_by": tx.by.id})
    return _one(tx, finding_id)


def accept_rectification(tx: Tx, finding_id: str, conclusion: str) -> Row:
    """It was put right. Raises Missing, Invalid, NotAllowed."""
    _end(tx, finding_id, "accept_rectification", conclusion)
    return _one(tx, finding_id)


def issue_accountability(tx: Tx, finding_id: str, conclusion: str) -> Row:
    """拒不整改或者整改不到位的: once the term is over. Raises Missing, Invalid, NotAllowed."""
    row = _own(tx, finding_id)
    if row["due_at"] is not None and tx.now <= row["due_at"]:
        raise NotAllowed(SIGNS_ARTICLE, "整改期限未到，不能问责通报；请在期满后核查整改情况")
    _end(tx, finding_id, "issue_accountability", conclusion)
    return _documented(tx, finding_id)


def get_finding(tx: Tx, finding_id: str) -> Row:
    """One. Raises Missing."""
    row = tx.one(_seen(tx, tx.select(table).where(table.c.finding_id == finding_id)))
    if row is None:
        raise Missing("没有这项发现，或您无权查看：请核对编号")
    return row


def offered(tx: Tx, row: Row) -> list[Offered]:
    """What it is open to for whoever asks."""
    return of_finding(State(row["state"]), row["due_at"], tx.now) if WIDE_ROLES & tx.by.roles else []


def list_findings(tx: Tx, page: Page, unit_id: str, state: State | None, *, overdue: bool) -> tuple[Sequence[Row], str]:
    """The newest first; a unit's own people see what was confirmed of their unit."""
    wanted = _seen(tx, tx.select(table).where(table.c.tenant_id == tx.by.tenant_id))
    if unit_id:
        wanted = wanted.where(table.c.unit_id == unit_id)
    if state or overdue:
        wanted = wanted.where(table.c.state == (State.CONFIRMED if overdue else state))
    if overdue:
        wanted = wanted.where(table.c.due_at < tx.now)
    return tx.page(wanted, (table.c.found_at.desc(), table.c.finding_id.desc()), page)


def list_evidence(tx: Tx, page: Page, finding_id: str) -> tuple[Sequence[Row], str]:
    """The orders behind it, the oldest day first. Raises Missing."""
    get_finding(tx, finding_id)
    order = tuple(evidence.c[name] for name in ("day", "rate", "subject_id", "round"))
    return tx.page(tx.select(evidence).where(evidence.c.case_id == finding_id), order, page)


def is_overdue(row: Row, now: dt.datetime) -> bool:
    """Whether it is to be put right and its term went by."""
    return bool(row["state"] == State.CONFIRMED and row["due_at"] < now)


def _found(tx: Tx, span: tuple[str, str], policy: Policy) -> list[Signs]:
    begin = closing(dt.date.fromisoformat(span[0]), 0)
    found = []
    for sign, rate, rule in ((Sign.RETURNS, rules.RETURN, rules.returns), (Sign.REOPENED, rules.RECURRENCE, rules.reopened)):
        counted = supervisions.counted_after(tx, (rate,), span, findings.last_decided(tx, sign, begin))
        found += rule(counted, supervisions.facts_among(tx, sign, (rate,), *span, hit=True), policy)
    return [*found, *rules.copies(findings.same_replies(tx, *span, policy.finding_copies), policy)]


def _note(tx: Tx, unit: Row, found: Signs, known: Row | None) -> None:
    finding_id = known["finding_id"] if known else tx.new_id()
    if known:
        tx.change(table, {"finding_id": finding_id}, {"reason": found.reason})
    else:
        row: dict[str, Any] = {
            "finding_id": finding_id, "handling_tenant_id": unit["handling_tenant_id"] or None, "unit_id": found.unit_id,
            "sign": found.sign.value, "state": State.FOUND.value, "reason": found.reason, "found_at": tx.now, "opinion": "",
            "decided_by": "", "conclusion": "", "ended_by": "",
        }  # fmt: skip
        tx.insert(table, **row)
    supervisions.add_evidence(tx, _one(tx, finding_id), finding_id, found.sign, found.evidence)
    detail = {"unit": found.unit_id, "sign": found.sign, "evidence": len(found.evidence), "reason": found.reason}
    journal.append(tx, finding_id, "note_finding", SIGNS_ARTICLE.code, detail)


def _end(tx: Tx, finding_id: str, verb: str, conclusion: str) -> None:
    row = _own(tx, finding_id)
    state = step(verb, State(row["state"]))
    demand_words("conclusion", conclusion, "请填写核查整改的结论", SIGNS_ARTICLE.code)
    _change(tx, row, verb, {"state": state.value, "conclusion": conclusion, "ended_at": tx.now, "ended_by": tx.by.id})


def _documented(tx: Tx, finding_id: str) -> Row:
    """With the document of its new state, which the unit may read."""
    row = _one(tx, finding_id)
    report = composing.finding(documenting.matter_of(tx, {**row, "supervision_id": finding_id}), documenting.today(tx))
    documented.add(tx, row, finding_id, report, to_unit=True)
    return row


def _seen(tx: Tx, wanted: Select[Any]) -> Select[Any]:
    if WIDE_ROLES & tx.by.roles:
        return wanted.where(table.c.tenant_id == tx.by.tenant_id)
    return wanted.where(table.c.unit_id == tx.by.unit_id, table.c.state.not_in([state.value for state in UNSEEN]))


def _change(tx: Tx, row: Row, verb: str, values: dict[str, Any]) -> None:
    tx.change(table, {"finding_id": row["finding_id"]}, values)
    journal.append(tx, row["finding_id"], verb, SIGNS_ARTICLE.code, {"unit": row["unit_id"], "sign": row["sign"]})


def _own(tx: Tx, finding_id: str) -> Row:
    row = tx.row(table, finding_id=finding_id, lock=True)
    if row is None or row["tenant_id"] != tx.by.tenant_id:
        raise Missing("没有这项发现，或不由您处理：请核对编号")
    return row


def _one(tx: Tx, finding_id: str) -> Row:
    row = tx.row(table, finding_id=finding_id)
    if row is None:
        raise LookupError(f"finding {finding_id} was just kept")
    return row
