"""What services could not handle, of all of them on one page; what is done to a message is its service's register (decision 0037)."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from services.gateway.console.cells import cell
from services.gateway.console.registers import registers_for
from services.gateway.console.visiting import Signed
from services.gateway.problems import Problem

router = APIRouter()
DESK = "parked"
MOST_SHOWN = 20


@router.get(f"/{DESK}")
async def show(visit: Signed) -> Response:
    """The longest parked of each service, and how many are tried again by themselves. Raises Problem, grpc.RpcError."""
    found = registers_for(DESK, visit.session.roles)
    if not found:
        raise Problem("DENIED", "您的岗位没有这一页")
    answers = await asyncio.gather(*(visit.ask(each.lists, page={"size": MOST_SHOWN}) for each in found))
    units, categories = await visit.units(), await visit.categories()
    return visit.page("parked/all.html", found=list(zip(found, answers, strict=True)), units=units, categories=categories, cell=cell)
