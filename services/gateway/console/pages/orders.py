"""An order as every desk sees it: the demand, its dates day by day, what was done, and the verbs it is open to (Art. 10–13, 16)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.visiting import Signed

router = APIRouter()
PACKAGE = "dispatch.v1"


@router.get("/orders/{order_id}")
async def order(visit: Signed, order_id: str) -> Response:
    """Raises grpc.RpcError for one that the person may not see."""
    found = await visit.ask("dispatch.v1.OrderService/GetOrder", order_id=order_id)
    shown = {"found": found, "order": found.order, "panels": panels.panels_of(visit, PACKAGE, found.offers), "units": await visit.units()}
    return visit.page("orders/order.html", **shown)


@router.get("/orders/{order_id}/journal")
async def journal(visit: Signed, order_id: str) -> Response:
    """Every step, the oldest first (10)."""
    answer = await visit.send("dispatch.v1.OrderService/ListJournal", order_id=order_id)
    template = "orders/steps.html" if visit.in_part else "orders/journal.html"
    return visit.page(template, entries=answer.entries, order_id=order_id, next_token=answer.next_page_token)


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
