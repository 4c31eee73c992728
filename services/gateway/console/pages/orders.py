"""An order as every desk sees it: the demand, its dates explained day by day, what was done (Art. 10, 11, 12)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.console.visiting import Signed

router = APIRouter()


@router.get("/orders/{order_id}")
async def order(visit: Signed, order_id: str) -> Response:
    """Raises grpc.RpcError for one that the person may not see."""
    found = await visit.ask("dispatch.v1.OrderService/GetOrder", order_id=order_id)
    return visit.page("orders/order.html", found=found, order=found.order)


@router.get("/orders/{order_id}/journal")
async def journal(visit: Signed, order_id: str) -> Response:
    """Every step, the oldest first (10)."""
    answer = await visit.send("dispatch.v1.OrderService/ListJournal", order_id=order_id)
    template = "orders/steps.html" if visit.in_part else "orders/journal.html"
    return visit.page(template, entries=answer.entries, order_id=order_id, next_token=answer.next_page_token)
