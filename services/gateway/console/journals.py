"""A matter's journal, every step of it, the oldest first (Art. 10)."""

from __future__ import annotations

from fastapi import Response

from services.gateway.console.visiting import Visit


async def show_journal(visit: Visit, method: str, matter: str, **asked: str) -> Response:
    """The journal that a method lists, of the matter whose page that is: whole, as a part of another page, or its further rows.

    Raises grpc.RpcError.
    """
    answer = await visit.send(method, **asked)
    part = "journals/rows.html" if visit.field("page.token") else "journals/steps.html"
    shown = {"entries": answer.entries, "next_token": answer.next_page_token, "matter": matter}
    template = part if visit.in_part else "journals/journal.html"
    return visit.page(template, units=await visit.units(), categories=await visit.categories(), **shown)
