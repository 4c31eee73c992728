"""协调: cases of whose duty it is: who takes part, what was said, what 编办 confirmed; decided at their orders (11(6), 16)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.visiting import Signed

router = APIRouter()
PACKAGE = "dispatch.v1"
CASES = f"{PACKAGE}.CoordinationService"
PAGE_SIZE = 30
VERBS = {
    "add_participants": "增加参加单位",
    "record_minutes": "记录协调情况",
    "request_confirmation": "提请编办确认职责",
    "record_confirmation": "登记编办确认意见",
}


@router.get("/coordinations")
async def cases(visit: Signed) -> Response:
    """The newest first; a unit's people see those that it takes part in. Raises grpc.RpcError."""
    answer = await visit.send(f"{CASES}/ListCoordinations", page={"size": PAGE_SIZE})
    template = "coordinations/rows.html" if visit.in_part else "coordinations/list.html"
    return visit.page(template, cases=answer.coordinations, next_token=answer.next_page_token, units=await visit.units())


@router.get("/coordinations/{coordination_id}")
async def case(visit: Signed, coordination_id: str) -> Response:
    """Raises grpc.RpcError for one that the person may not see."""
    found = await visit.ask(f"{CASES}/GetCoordination", coordination_id=coordination_id)
    over = bool(found.coordination.closed_at.seconds)
    offered = [] if over else panels.panels_of_verbs(visit, PACKAGE, VERBS, frozenset({"coordination_id"}))
    return visit.page("coordinations/case.html", found=found, case=found.coordination, panels=offered, units=await visit.units())


@router.post("/coordinations/{coordination_id}/{verb}")
async def act(visit: Signed, coordination_id: str, verb: str) -> Response:
    """Do what the form says. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, coordination_id=coordination_id)
    return visit.go(f"/coordinations/{coordination_id}")
