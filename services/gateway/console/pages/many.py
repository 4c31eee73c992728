"""派单台: one unit for several orders at once (11(2)). Each is dispatched by itself: what one is refused for holds up no other."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

import grpc
from fastapi import APIRouter, Response

from services.gateway.console.problems import worded
from services.gateway.console.visiting import Signed, Visit
from services.gateway.problems import Problem, problem_of

router = APIRouter()
DISPATCH = "dispatch.v1.AssignmentService/Dispatch"
MOST = 50


@dataclass(frozen=True)
class Became:
    """What became of an order: nothing was wrong, or what was."""

    order_id: str
    number: str
    problem: Problem | None


@router.post("/dispatch/many")
async def dispatch_many(visit: Signed) -> Response:
    """Each with what became of it; sent again, none is dispatched twice. Raises Problem where there are none, too many or no unit."""
    chosen = [(*value.split(" ", 2), "", "")[:3] for key, value in visit.fields if key == "order"]
    if not chosen:
        raise Problem("INVALID", "请先勾选要派出的工单", field="order")
    if len(chosen) > MOST:
        raise Problem("INVALID", f"一次最多派出{MOST}件：请减少勾选", field="order")
    if not visit.field("unit_id"):
        raise Problem("INVALID", "请选择承办单位", field="unit_id")
    became = [await _dispatch(visit, *each) for each in chosen]
    return visit.page("queues/became.html" if visit.in_part else "queues/became_page.html", became=became)


async def _dispatch(visit: Visit, order_id: str, version: str, number: str) -> Became:
    # The form's request id names all of them; of it and the order each gets its own, the same when the form is sent again.
    unit_id = visit.field("unit_id")
    own = str(uuid5(NAMESPACE_URL, f"{visit.field('request_id')}/{order_id}/{unit_id}"))
    try:
        await visit.ask(DISPATCH, request_id=own, order_id=order_id, version=_number(version), unit_id=unit_id)
    except grpc.RpcError as error:
        return Became(order_id, number, worded(visit.request, problem_of(error)))
    return Became(order_id, number, None)


def _number(version: str) -> int:
    if not version.isdigit():
        raise Problem("MALFORMED", "提交的工单版本不是数字：请刷新页面后重新勾选", field="order")
    return int(version)
