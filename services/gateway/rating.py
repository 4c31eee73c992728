"""The page that a rating link opens: two questions, answered once, without a log-in (Art. 11(8))."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any
from urllib.parse import parse_qs

import grpc
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from chassis.grpc.asking import Asking
from hotline.dispatch.v1 import call_backs_pb2 as call_backs
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.notify.v1 import ratings_pb2 as ratings

OPEN = "hotline.notify.v1.RatingLinkService/OpenRatingLink"
RATE = "hotline.dispatch.v1.CallBackService/RateByLink"
QUESTIONS = (("process", "服务过程"), ("result", "办理结果"))
ANSWERS = (("SATISFIED", "满意"), ("FAIR", "基本满意"), ("DISSATISFIED", "不满意"))
# Two answers are written in less.
MOST_BYTES = 200
# A link names no tenant until it was opened.
NOBODYS = ""
INCOMPLETE = "请对服务过程和办理结果都作出评价。"
THANKS = "感谢您的评价。"
INVALID = "评价链接无效或已过有效期，请从收到的短信中完整打开。"
SPENT = "本次评价已经提交过，或该工单正在重新办理，此链接不再有效。"
AWAY = "暂时无法提交，请稍后再试。"
SAID = {
    grpc.StatusCode.INVALID_ARGUMENT: (INVALID, 404),
    grpc.StatusCode.NOT_FOUND: (INVALID, 404),
    grpc.StatusCode.FAILED_PRECONDITION: (SPENT, 409),
}


def rating_pages(pages: Environment, asking: Asking) -> APIRouter:
    """`/r/TOKEN`: notify says whose link it is, dispatch takes the answers. The token is in no log."""
    router = APIRouter()
    template = pages.get_template("rating.html")

    def page(said: str, code: int = 200, *, asks: bool = False) -> HTMLResponse:
        return HTMLResponse(template.render(said=said, asks=asks, questions=QUESTIONS, answers=ANSWERS), code)

    @router.get("/r/{token}")
    async def show(token: str) -> HTMLResponse:
        try:
            await asyncio.to_thread(_opened, asking, token)
        except grpc.RpcError as error:
            return page(*SAID.get(error.code(), (AWAY, 503)))
        return page("", asks=True)

    @router.post("/r/{token}")
    async def rate(token: str, request: Request) -> HTMLResponse:
        body = await _short(request)
        chosen = {name: parse_qs(body).get(name, [""])[0] for name, _ in QUESTIONS}
        if not set(chosen.values()) <= {answer for answer, _ in ANSWERS}:
            return page(INCOMPLETE, 400, asks=True)
        try:
            await asyncio.to_thread(_rate, asking, token, chosen)
        except grpc.RpcError as error:
            return page(*SAID.get(error.code(), (AWAY, 503)))
        return page(THANKS)

    return router


async def _short(request: Request) -> str:
    """What a form sent, as far as two answers reach."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return ""
    return body.decode("ascii", "replace")


def _opened(asking: Asking, token: str) -> ratings.OpenRatingLinkResponse:
    return asking.ask(NOBODYS, OPEN, ratings.OpenRatingLinkRequest(token=token), ratings.OpenRatingLinkResponse)


def _rate(asking: Asking, token: str, chosen: dict[str, str]) -> None:
    """The same answers sent again are one request; others are refused by the round that has its ratings."""
    opened = _opened(asking, token)
    said: dict[str, Any] = {name: dispatch.Rating.Value(f"RATING_{answer}") for name, answer in chosen.items()}
    request_id = hashlib.sha256("/".join((token, *chosen.values())).encode()).hexdigest()
    request = call_backs.RateByLinkRequest(request_id=request_id, order_id=opened.order_id, round=opened.round, **said)
    asking.ask(opened.tenant_id, RATE, request, call_backs.RateByLinkResponse)
