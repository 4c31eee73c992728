"""Desks that have orders before them, the most pressing first (Art. 11, 12): one page, a line of `desks.QUEUES` for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Response

from services.gateway.console.desks import QUEUES, Queue
from services.gateway.console.registers import registers_for
from services.gateway.console.visiting import Signed

router = APIRouter()
PAGE_SIZE = 30


def _page_of(queue: Queue) -> Callable[[Signed], Awaitable[Response]]:
    async def show(visit: Signed) -> Response:
        answer = await visit.send(queue.method, page={"size": PAGE_SIZE})
        template = "queues/rows.html" if visit.in_part else "queues/queue.html"
        shown = {"queue": queue, "items": _items(answer), "next_token": answer.next_page_token, "units": await visit.units()}
        shown["many"] = f"{queue.path}/many" if queue.several and visit.may(queue.several) else ""
        shown["registers"] = registers_for(queue.path.strip("/"), visit.session.roles)
        return visit.page(template, **shown)

    return show


def _items(answer: Any) -> list[dict[str, Any]]:
    """Each order with what its list tells beside it: a request, a reply, a call-back, a part."""
    if hasattr(answer, "orders"):
        return [{"order": order} for order in answer.orders]
    return [{field.name: value for field, value in item.ListFields()} for item in answer.items]


for each in QUEUES:
    router.add_api_route(each.path, _page_of(each), methods=["GET"])
