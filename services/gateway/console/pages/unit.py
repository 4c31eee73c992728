"""承办台: what a unit has to sign in, handle and answer, the most pressing first (Art. 11(3)–(7), 12)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.console.visiting import Signed

router = APIRouter()
PAGE_SIZE = 30


@router.get("/unit")
async def inbox(visit: Signed) -> Response:
    """The inbox; a script that asks gets the rows alone."""
    answer = await visit.send("dispatch.v1.DeskService/ListUnitInbox", page={"size": PAGE_SIZE})
    template = "unit/rows.html" if visit.in_part else "unit/inbox.html"
    return visit.page(template, orders=answer.orders, next_token=answer.next_page_token)
