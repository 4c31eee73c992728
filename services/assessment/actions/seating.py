"""6(3): calls at the seats, told by the telephone exchange, and how the company at the seats kept its contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from chassis import journal
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.actions.figuring import scope_of
from services.assessment.rules.contracts import Contract, Held, hold
from services.assessment.rules.seats import CONTRACT, OF_CALLS, Counting, Measure, SeatCall, check_call
from services.assessment.store import contracts, seats
from services.assessment.store.figures import Scope

ANOTHER = "该编号的通话已导入，且内容不同：每通来话只导入一次，请核对编号"


@dataclass(frozen=True, slots=True)
class RefusedCall:
    """A call that was not taken: its place among those told, and why."""

    at: int
    field: str
    reason: str


@dataclass(frozen=True)
class Imported:
    """What came of a batch. `known`: taken before, just the same."""

    taken: int
    known: int
    refused: Sequence[RefusedCall]


@dataclass(frozen=True)
class Standing:
    """Figures, the last day they count, and the version of the contract that rules it; 0: none."""

    held: Sequence[Held]
    until_day: str
    contract_version: int


def import_seat_calls(tx: Tx, told: Sequence[SeatCall]) -> Imported:
    """Take calls, each once by its id; what is refused stops no other."""
    # First, for it holds the chain's end: two imports of a tenant follow one another, and each knows what the other took.
    journal.append(tx, f"{tx.by.tenant_id[:50]}:seats", "import_seat_calls", CONTRACT.code, {"calls": len(told)})
    refused, fresh, same = [], dict[str, SeatCall](), 0
    known = seats.known(tx, {call.call_id for call in told})
    for at, call in enumerate(told):
        before = known.get(call.call_id) or fresh.get(call.call_id)
        try:
            check_call(call, tx.now)
        except Invalid as error:
            refused.append(RefusedCall(at, error.field, error.message))
            continue
        if before is None:
            fresh[call.call_id] = call
        elif before == call:
            same += 1
        else:
            refused.append(RefusedCall(at, "call_id", ANOTHER))
    seats.add(tx, list(fresh.values()))
    return Imported(len(fresh), same, refused)


def figure_seats(tx: Tx, tenant_id: str, span: tuple[str, str]) -> Standing:
    """Every measure, held against the contract that rules the last day. Raises Invalid."""
    scope = scope_of(tx, tenant_id, "", "", span)
    version, contract = ruling(tx, scope)
    found = seats.figured(tx, scope, contract.counting if contract else Counting())
    return Standing(hold(found, contract), scope.until, version)


def list_seat_calls(
    tx: Tx, page: Page, tenant_id: str, span: tuple[str, str], measure: Measure | None, agent: str, version: int, *, hit: bool | None
) -> tuple[list[RowMapping], str]:
    """Calls behind a measure, or all. Raises Invalid, Missing for a contract there is not."""
    if measure is not None and measure not in OF_CALLS:
        raise Invalid(
            "measure", "该指标不由通话计算：质检合格率、工单差错率请查看质检记录，工单回退率请查看回退率的计数依据", CONTRACT.code
        )
    scope = scope_of(tx, tenant_id, "", "", span)
    contract = _version(tx, scope.tenant_id, version) if version else ruling(tx, scope)[1]
    return seats.page_of_calls(tx, scope, page, contract.counting if contract else Counting(), measure, agent, hit=hit)


def ruling(tx: Tx, scope: Scope) -> tuple[int, Contract | None]:
    """The contract that rules the last day of a span, with its version; 0: none does."""
    last = dt.date.fromisoformat(scope.until)
    row = contracts.ruling(tx, scope.tenant_id, last, last)
    return (row["version"], contracts.contract_of(row)) if row else (0, None)


def _version(tx: Tx, tenant_id: str, version: int) -> Contract:
    row = contracts.one(tx, tenant_id, version)
    if row is None:
        raise Missing("没有这一版合同：请核对版本")
    return contracts.contract_of(row)
