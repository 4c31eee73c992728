"""全景: the live board of a hall (Art. 18).

What is counted is seen alike by all with the same roles; what is named, by each for themselves (Art. 17).
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.sse import EventSourceResponse

from regulation.instants import local_day, to_local
from services.gateway.console import mapping
from services.gateway.console.sessions import NotLoggedIn
from services.gateway.console.streaming import ENDED, Streams, event
from services.gateway.console.visiting import Signed, Visit, visit_of
from services.gateway.problems import Problem

router = APIRouter()
INSIGHT = "assessment.v1.InsightService"
AT_ONCE = {"size": 6}
# A proxy before us is not to keep what is to be seen now.
LIVE = {"X-Accel-Buffering": "no"}


@router.get("/board")
async def board(visit: Signed) -> Response:
    """The page; what it shows comes by the stream. Raises Problem."""
    _demand(visit)
    return visit.page("board/board.html")


@router.get("/board/stream")
async def stream(request: Request) -> Response:
    """What is to be shown, as it comes. Raises Problem, grpc.RpcError."""
    try:
        visit = await visit_of(request)
    except NotLoggedIn:
        return EventSourceResponse(iter([event(ENDED)]), headers=LIVE)
    _demand(visit)
    streams: Streams = request.app.state.streams
    return EventSourceResponse(streams.stream(visit), headers=LIVE)


def board_streams() -> Streams:
    """Those of the board."""
    return Streams(("figures", figures), ("named", named))


async def figures(visit: Visit) -> str:
    """What is counted. Raises grpc.RpcError."""
    today = local_day(visit.now).isoformat()
    span = {"since_day": today, "until_day": today}
    minutes, places, kinds, lights = await asyncio.gather(
        visit.ask(f"{INSIGHT}/CountMinutes"),
        visit.ask(f"{INSIGHT}/CountTickets", by="COUNTED_PLACE", **span),
        visit.ask(f"{INSIGHT}/CountTickets", by="COUNTED_CATEGORY", **span),
        visit.ask("sla.v1.ClockService/CountLights"),
    )
    calls = {each.key: each.calls for each in places.counts}
    shown = {"places": places, "kinds": kinds, "minutes": minutes.minutes, "lights": lights.total}
    shown |= {
        "seen_at": f"{to_local(visit.now):%H:%M:%S}",
        "by_unit": {each.unit_id: each for each in lights.units},
        "drawn": mapping.districts(calls),
        "box": mapping.box(),
    }
    elsewhere = sum(calls.values()) - sum(calls.get(key, 0) for key in mapping.names())
    return _part(visit.page("board/figures.html", elsewhere=elsewhere, categories=await visit.categories(), **shown))


async def named(visit: Visit) -> str:
    """What is named: urgent orders, bursts, topics. Raises grpc.RpcError."""
    urgent, bursts, topics = await asyncio.gather(
        visit.ask("dispatch.v1.DeskService/ListUrgent", page=AT_ONCE),
        visit.ask(f"{INSIGHT}/ListBursts", page=AT_ONCE),
        visit.ask("assessment.v1.TopicService/ListTopics", page=AT_ONCE),
    )
    shown = {"urgent": urgent, "bursts": bursts.bursts, "topics": topics.topics, "places": mapping.names()}
    return _part(visit.page("board/named.html", units=await visit.units(), categories=await visit.categories(), **shown))


def _demand(visit: Visit) -> None:
    if not visit.may(f"{INSIGHT}/CountMinutes"):
        raise Problem("DENIED", "全景大屏供督办和考核岗位使用")


def _part(page: Response) -> str:
    return bytes(page.body).decode()
