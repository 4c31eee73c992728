"""The province's side of the wire: what the city tells, asks and compares; and `/control`, by which a play is directed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from chassis.clock import real_now
from simulator.province.book import Book
from simulator.province.faults import Faults
from simulator.province.signing import is_signed

MOST_BYTES = 32 * 1024 * 1024
OK = {"code": "0000", "message": "成功"}


class Serving:
    """Answers the city by the book, and by the faults it is told to have."""

    def __init__(self, book: Book, faults: Faults, key: str) -> None:
        self._book, self._faults, self._key = book, faults, key

    def app(self) -> web.Application:
        """The application."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post("/link/feedback", self._feedback)
        app.router.add_get("/link/messages", self._messages)
        app.router.add_get("/link/ledger", self._ledger)
        app.router.add_post("/control/messages", self._send)
        app.router.add_post("/control/faults", self._misbehave)
        app.router.add_get("/control/book", self._show)
        app.router.add_get("/control/count", self._count)
        return app

    async def _feedback(self, request: web.Request) -> web.StreamResponse:
        body = await self._heard(request)
        if self._faults.error():
            return web.json_response({"code": "9999", "message": "系统繁忙"}, status=500)
        told = json.loads(body)
        if told["cityCode"] != self._book.city or (told["orderNo"], 1) not in self._book.sent:
            return web.json_response({"code": "2007", "message": "没有该编号的工单"}, status=422)
        self._book.hear(told)
        return await self._answer(request, OK)

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        if self._faults.error():
            return web.json_response({"code": "9999", "message": "系统繁忙"}, status=500)
        found, cursor = self._book.page(request.query.get("after", ""), int(request.query["limit"]))
        if self._faults.reorders:
            found = found[::-1]
        found += found * self._faults.repeats
        return await self._answer(request, {**OK, "messages": found, "cursor": cursor})

    async def _ledger(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        return await self._answer(request, {**OK, **self._book.ledger(request.query["day"])})

    async def _send(self, request: web.Request) -> web.Response:
        """Messages to be sent: a list of {number, kind, content, at}."""
        at = real_now().isoformat()
        keys = [self._book.send(each["number"], each["kind"], each["content"], each.get("at", at)) for each in await request.json()]
        return web.json_response(keys)

    async def _misbehave(self, request: web.Request) -> web.Response:
        self._faults.set(await request.json())
        return web.json_response({})

    async def _show(self, _request: web.Request) -> web.Response:
        book = self._book
        return web.json_response(
            {
                "sent": [list(key) for key in book.sent],
                "acknowledged": [[number, version, city] for (number, version), city in book.acknowledged.items()],
                "refused": [[number, version, code] for (number, version), code in book.refused.items()],
                "heard": list(book.heard.values()),
                "repeats": book.repeats,
            }
        )

    async def _count(self, _request: web.Request) -> web.Response:
        return web.json_response({"acknowledged": len(self._book.acknowledged), "heard": len(self._book.heard)})

    async def _heard(self, request: web.Request) -> bytes:
        """The body of a request that is signed, when nothing is wrong with us."""
        if self._faults.away:
            _hang_up(request)
        await asyncio.sleep(self._faults.delay)
        body = await request.read()
        if not is_signed(self._key, request.method, request.path_qs, dict(request.headers), body):
            raise web.HTTPUnauthorized(text=json.dumps({"code": "2001", "message": "签名不正确"}))
        return body

    async def _answer(self, request: web.Request, told: dict[str, Any]) -> web.StreamResponse:
        if not self._faults.cut():
            return web.json_response(told)
        body = json.dumps(told).encode()
        answer = web.StreamResponse(headers={"Content-Length": str(len(body)), "Content-Type": "application/json"})
        await answer.prepare(request)
        await answer.write(body[: len(body) // 2])
        _hang_up(request)
        return answer


def _hang_up(request: web.Request) -> None:
    """As a peer does that dies: nothing more is said."""
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError
