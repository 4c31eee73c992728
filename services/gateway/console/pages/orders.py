"""An order as every desk sees it: the demand, its dates day by day, what was done, and the verbs it is open to (Art. 10–13, 16)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.journals import show_journal
from services.gateway.console.visiting import Signed, Visit

router = APIRouter()
PACKAGE = "dispatch.v1"
DECIDING = "decide_coordination"


@router.get("/orders/{order_id}")
async def order(visit: Signed, order_id: str) -> Response:
    """Raises grpc.RpcError for one that the person may not see."""
    found = await visit.ask("dispatch.v1.OrderService/GetOrder", order_id=order_id)
    shown = {"found": found, "order": found.order, "panels": await _panels(visit, found), "units": await visit.units()}
    return visit.page("orders/order.html", **shown)


async def _panels(visit: Visit, found: Any) -> list[panels.Panel]:
    """What is offered; a decision of the case that waits for one."""
    offered = panels.panels_of(visit, PACKAGE, found.offers)
    if not any(each.verb == DECIDING for each in offered):
        return offered
    answer = await visit.ask(f"{PACKAGE}.CoordinationService/ListCoordinations", order_id=found.order.order_id, undecided=True)
    cases = [each.coordination_id for each in answer.coordinations]
    return [each.giving("coordination_id", cases[0]) if each.verb == DECIDING and cases else each for each in offered]


@router.get("/orders/{order_id}/journal")
async def journal(visit: Signed, order_id: str) -> Response:
    """Every step, the oldest first (10)."""
    return await show_journal(visit, "dispatch.v1.OrderService/ListJournal", f"/orders/{order_id}", order_id=order_id)


@router.get("/orders/{order_id}/suggestions")
async def suggestions(visit: Signed, order_id: str) -> Response:
    """To whom it might go, with the reasons; a person decides (11(2))."""
    answer = await visit.ask("dispatch.v1.SuggestionService/SuggestUnits", order_id=order_id)
    return visit.page("orders/suggestions.html", suggestions=answer.suggestions)


@router.post("/orders/{order_id}/{verb}")
async def act(visit: Signed, order_id: str, verb: str) -> Response:
    """Do what the form says. Raises Problem for no verb of an order, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, order_id=order_id)
    return visit.go(f"/orders/{order_id}")
