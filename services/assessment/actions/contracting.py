"""6(3): the contract with the company at the seats, and each month's statement of how it was kept. What was issued stands as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from chassis import journal
from chassis.errors import Missing, Stale
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import NotAllowed
from regulation.instants import local_day
from services.assessment import stating
from services.assessment.rules.contracts import Contract, Held, check_contract, hold
from services.assessment.rules.entered import checked_month, demand_words
from services.assessment.rules.periods import Every, Period, period_of
from services.assessment.rules.seats import CONTRACT
from services.assessment.store import contracts, copies, documented, seats
from services.assessment.store.figures import Scope
from services.assessment.store.seated import contract_statements
from services.assessment.store.seated import contracts as table

Row = Mapping[Any, Any]


def set_contract(tx: Tx, contract: Contract) -> Row:
    """The next version. Raises Invalid."""
    check_contract(contract)
    # First, for it holds the chain's end: of two that set one the second sees the other's.
    about = {"company": contract.company, "number": contract.number, "since": str(contract.since), "until": str(contract.until)}
    terms = {measure.value: str(bound) for measure, bound in contract.terms.items()}
    journal.append(tx, f"{tx.by.tenant_id[:50]}:contract", "set_contract", CONTRACT.code, {**about, "terms": terms})
    version = contracts.newest(tx) + 1
    contracts.add(tx, version, contract)
    row = contracts.one(tx, tx.by.tenant_id, version)
    if row is None:
        raise LookupError(f"contract version {version} was just kept")
    return row


def list_contracts(tx: Tx, page: Page, tenant_id: str) -> tuple[Sequence[Row], str]:
    """All versions, the newest first."""
    wanted = tx.select(table).where(table.c.tenant_id == (tenant_id or tx.by.tenant_id))
    return tx.page(wanted, (table.c.version.desc(),), page)


def issue_statement(tx: Tx, month: str) -> Row:
    """Freeze a month that is over. Raises Invalid, NotAllowed before its end, without a contract, and where it was issued."""
    period = _over(tx, month)
    journal.append(tx, subject(tx, month), "issue_statement", CONTRACT.code, {"month": month})
    if contracts.statement(tx, tx.by.tenant_id, month) is not None:
        raise NotAllowed(CONTRACT, f"{month}的履约考核单已经出具，不能重复出具；确有错误的请更正")
    version, contract = _ruling(tx, period)
    return _keep(tx, month, 1, version, contract, _held(tx, period, contract), "")


def correct_statement(tx: Tx, month: str, seen: int, reason: str) -> Row:
    """A new version by what is known now. Raises Missing, Stale, Invalid without a reason, NotAllowed where nothing changed."""
    period = _over(tx, month)
    journal.append(tx, subject(tx, month), "correct_statement", CONTRACT.code, {"month": month, "reason": reason})
    before = contracts.statement(tx, tx.by.tenant_id, month)
    if before is None:
        raise Missing(f"{month}的履约考核单尚未出具：请先出具")
    if seen != before["version"]:
        raise Stale(f"{month}的履约考核单现为第{before['version']}版，请刷新后再更正")
    demand_words("reason", reason, "请填写更正的理由", CONTRACT.code)
    version, contract = _ruling(tx, period)
    held = _held(tx, period, contract)
    if contracts.kept_lines(held) == contracts.kept_lines(contracts.lines_of(before)) and version == before["contract_version"]:
        raise NotAllowed(CONTRACT, f"按现有数据重新计算，{month}的履约考核没有变化，无须更正")
    return _keep(tx, month, seen + 1, version, contract, held, reason)


def get_statement(tx: Tx, tenant_id: str, month: str, version: int) -> Row:
    """The newest version unless one is named. Raises Invalid, Missing."""
    found = contracts.statement(tx, tenant_id or tx.by.tenant_id, checked_month(month, CONTRACT.code), version)
    if found is None:
        raise Missing(f"没有{month}的履约考核单，或尚未出具：请核对月份和版本")
    return found


def is_newest(tx: Tx, statement: Row) -> bool:
    """Whether it is the month's newest version."""
    newest = contracts.statement(tx, statement["tenant_id"], statement["month"])
    return newest is not None and newest["version"] == statement["version"]


def list_statements(tx: Tx, page: Page, tenant_id: str) -> tuple[Sequence[Row], str]:
    """With all versions, the newest first."""
    own = contract_statements.c
    wanted = tx.select(contract_statements).where(own.tenant_id == (tenant_id or tx.by.tenant_id))
    return tx.page(wanted, (own.month.desc(), own.version.desc()), page)


def subject(tx: Tx, month: str) -> str:
    """Under which name a month's statement is journalled, and its documents are found."""
    return f"{tx.by.tenant_id[:47]}:contract:{month}"


def _held(tx: Tx, period: Period, contract: Contract) -> list[Held]:
    scope = Scope(tx.by.tenant_id, period.first.isoformat(), period.last.isoformat())
    return hold(seats.figured(tx, scope, contract.counting), contract)


def _keep(tx: Tx, month: str, version: int, contract_version: int, contract: Contract, held: Sequence[Held], reason: str) -> Row:
    report = stating.statement(month, contract, held, copies.hub_name(tx), local_day(tx.now), reason)
    document_id = documented.add(tx, {}, subject(tx, month), report, to_unit=False)
    tx.insert(
        contract_statements, month=month, version=version, company=contract.company, contract_version=contract_version,
        lines=contracts.kept_lines(held), issued_at=tx.now, issued_by=tx.by.id, reason=reason, document_id=document_id,
    )  # fmt: skip
    return get_statement(tx, "", month, version)


def _ruling(tx: Tx, period: Period) -> tuple[int, Contract]:
    row = contracts.ruling(tx, tx.by.tenant_id, period.first, period.last)
    if row is None:
        raise NotAllowed(CONTRACT, f"{period.first:%Y-%m}没有有效的合同，不能考核：请先设定合同")
    return row["version"], contracts.contract_of(row)


def _over(tx: Tx, month: str) -> Period:
    period = period_of(Every.MONTH, dt.date.fromisoformat(f"{checked_month(month, CONTRACT.code)}-01"))
    if local_day(tx.now) <= period.last:
        raise NotAllowed(CONTRACT, f"{month}尚未结束，不能出具履约考核单，请在次月出具")
    return period
