"""话务外包: the company at the seats against its contract, the calls and marks behind each figure, its monthly statements (6(3))."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from hotline.assessment.v1 import contracts_pb2 as contracts
from hotline.assessment.v1.seats_pb2 import Measure
from services.gateway.console import panels
from services.gateway.console.pages.rates import asked_for
from services.gateway.console.visiting import Signed, Visit
from services.gateway.console.words import choices

router = APIRouter()
PACKAGE = "assessment.v1"
SEATS, CONTRACTS = f"{PACKAGE}.SeatService", f"{PACKAGE}.ContractService"
PAGE_SIZE = 30


@router.get("/assessment/seats")
async def seats(visit: Signed) -> Response:
    """Every figure against its term, contracts and statements."""
    asked = _span(visit)
    figured, kept, stated = await asyncio.gather(
        visit.ask(f"{SEATS}/FigureSeats", **asked),
        visit.ask(f"{CONTRACTS}/ListContracts", page={"size": PAGE_SIZE}),
        visit.ask(f"{CONTRACTS}/ListStatements", page={"size": PAGE_SIZE}),
    )
    issuing = visit.may(f"{CONTRACTS}/IssueStatement")
    begun = panels.panels_of_verbs(visit, PACKAGE, {"issue_statement": "出具履约考核单"}, frozenset())
    shown = {"asked": asked, "figured": figured, "contracts": kept.contracts, "statements": stated.statements, "panels": begun}
    return visit.page("seats/seats.html", units=await visit.units(), query=urlencode(asked), issuing=issuing, **shown)


@router.get("/assessment/seats/calls")
async def calls(visit: Signed) -> Response:
    """Those behind a figure, the oldest first."""
    asked = _span(visit)
    answer = await visit.send(f"{SEATS}/ListSeatCalls", page={"size": PAGE_SIZE}, **asked)
    template = "seats/call_rows.html" if visit.in_part else "seats/calls.html"
    return visit.page(template, calls=answer.calls, next_token=answer.next_page_token, asked=asked)


@router.get("/assessment/seats/marks")
async def marks(visit: Signed) -> Response:
    """What inspections found, the oldest day first; today's are entered here too."""
    asked = _span(visit)
    answer = await visit.send(f"{SEATS}/ListQualityMarks", page={"size": PAGE_SIZE}, **asked)
    template = "seats/mark_rows.html" if visit.in_part else "seats/marks.html"
    withdraws = visit.may(f"{SEATS}/WithdrawQualityMark")
    begun = panels.panels_of_verbs(visit, PACKAGE, {"enter_quality_mark": "登记质检"}, frozenset())
    shown = {"marks": answer.marks, "next_token": answer.next_page_token, "asked": asked, "withdraws": withdraws, "panels": begun}
    return visit.page(template, units=await visit.units(), **shown)


@router.post("/assessment/seats/marks/enter_quality_mark")
async def enter(visit: Signed) -> Response:
    """Of a call or a ticket. Raises Problem, grpc.RpcError."""
    answer = await panels.act(visit, PACKAGE, "enter_quality_mark")
    return visit.go(f"/assessment/seats/marks?since_day={answer.mark.day}&until_day={answer.mark.day}")


@router.post("/assessment/seats/marks/{mark_id}/withdraw_quality_mark")
async def withdraw(visit: Signed, mark_id: str) -> Response:
    """It was wrong. Raises Problem, grpc.RpcError."""
    answer = await panels.act(visit, PACKAGE, "withdraw_quality_mark", mark_id=mark_id)
    return visit.go(f"/assessment/seats/marks?since_day={answer.mark.day}&until_day={answer.mark.day}")


@router.post("/assessment/seats/set_contract")
async def set_contract(visit: Signed) -> Response:
    """The next version. Raises Problem, grpc.RpcError."""
    await visit.send(f"{CONTRACTS}/SetContract", contract={"terms": _terms(visit)})
    return visit.go("/assessment/seats")


@router.post("/assessment/seats/issue_statement")
async def issue(visit: Signed) -> Response:
    """Freezes a month that is over. Raises Problem, grpc.RpcError."""
    answer = await panels.act(visit, PACKAGE, "issue_statement")
    return visit.go(f"/assessment/seats/statements/{answer.statement.month}")


@router.get("/assessment/seats/statements/{month}")
async def statement(visit: Signed, month: str) -> Response:
    """The newest version unless one is named."""
    answer = await visit.send(f"{CONTRACTS}/GetStatement", month=month)
    made = [panel.giving("month", month) for panel in panels.panels_of(visit, PACKAGE, answer.offers)]
    return visit.page("seats/statement.html", statement=answer.statement, panels=made, units=await visit.units())


@router.post("/assessment/seats/statements/{month}/{verb}")
async def correct(visit: Signed, month: str, verb: str) -> Response:
    """A new version. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, month=month)
    return visit.go(f"/assessment/seats/statements/{month}")


def _span(visit: Visit) -> dict[str, str]:
    return {name: value for name, value in asked_for(visit).items() if name in ("tenant_id", "since_day", "until_day")}


def _terms(visit: Visit) -> list[contracts.Term]:
    """One for each measure that has a bound."""
    bounds = {name: visit.field(f"bound.{name}").strip() for name, _ in choices("assessment.v1.Measure")}
    return [contracts.Term(measure=Measure.Value(f"MEASURE_{name}"), bound=bound) for name, bound in bounds.items() if bound]
