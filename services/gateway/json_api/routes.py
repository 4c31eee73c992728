"""`/api/v1/<service>/<Verb>`: who calls, how often, what is asked, and what the service answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chassis.checking import BOUNDS
from hotline.options.v1 import options_pb2 as options
from services.gateway.bodies import TooLong, TooSlow, body_of
from services.gateway.json_api.document import IDEMPOTENCY, PREFIX, document
from services.gateway.json_api.entering import Entering
from services.gateway.json_api.translating import message_of, text_of
from services.gateway.json_api.verbs import Verb, verbs
from services.gateway.problems import PROBLEMS, Problem

MOST_BYTES = 512 * 1024
# A file of 10 MiB in base64, and what goes with it.
MOST_WITH_FILES = 14 * 1024 * 1024
_ID = re.compile(rf"[A-Za-z0-9._:-]{{1,{BOUNDS[options.KIND_ID]}}}")
BEARER = "bearer "
NO_SUCH = "没有这个接口：请核对服务名和动作名"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
LOG = logging.getLogger(__name__)


class Api:
    """What the routes share."""

    def __init__(self, entering: Entering) -> None:
        self._entering = entering

    async def answer(self, verb: Verb, request: Request) -> str:
        """What a verb answers. Raises Problem."""
        told = request.headers.get("authorization", "")
        bearer = told[len(BEARER) :].strip() if told.lower().startswith(BEARER) else ""
        self._entering.count(request, bearer)
        if not bearer or not bearer.isascii():
            raise self._entering.stranger(request)
        request_id = _request_id(verb, request)
        message = message_of(verb, await _body(verb, request), request_id)
        return text_of(await self._entering.ask(request, bearer, verb.path, message, verb.answer))


async def _body(verb: Verb, request: Request) -> bytes:
    try:
        return await body_of(request, MOST_WITH_FILES if verb.takes_files else MOST_BYTES)
    except TooLong:
        raise Problem("TOO_LONG", "请求内容超过了这个接口的上限") from None
    except TooSlow:
        raise Problem("MALFORMED", "请求内容未能及时传完，请检查网络后重试") from None


def api_routes(entering: Entering) -> APIRouter:
    """The JSON API, its document, and the kinds of problems."""
    router, api = APIRouter(prefix=PREFIX), Api(entering)

    @router.get("/openapi.json")
    async def openapi() -> Response:
        return Response(document(), media_type="application/json")

    @router.get("/problems")
    async def problems() -> JSONResponse:
        return JSONResponse({reason: {"status": kind.code, "title": kind.title, "next": kind.next} for reason, kind in PROBLEMS.items()})

    @router.post("/{service}/{name}")
    async def call(service: str, name: str, request: Request) -> Response:
        verb = verbs().get((service, name))
        if verb is None:
            return Problem("NO_SUCH_PATH", NO_SUCH).response()
        return await _told(api.answer(verb, request))

    @router.api_route("/{path:path}", methods=METHODS)
    async def elsewhere(path: str) -> Response:
        service, _, name = path.partition("/")
        if (service, name) in verbs():
            return Problem("NOT_POST", "这个接口只接受 POST", headers={"Allow": "POST"}).response()
        return Problem("NO_SUCH_PATH", NO_SUCH).response()

    return router


async def _told(answering: Awaitable[str]) -> Response:
    """What is answered, or why not: to programs, whatever goes wrong, as a problem."""
    try:
        return Response(await answering, media_type="application/json")
    except Problem as problem:
        return problem.response()
    except Exception:
        LOG.exception("a request by JSON failed")
        return Problem("INTERNAL", "系统内部错误，已记录").response()


def _request_id(verb: Verb, request: Request) -> str:
    if not verb.writes:
        return ""
    # The draft of the header writes it as a quoted string.
    told = request.headers.get(IDEMPOTENCY, "").strip().removeprefix('"').removesuffix('"')
    if not _ID.fullmatch(told):
        longest = BOUNDS[options.KIND_ID]
        detail = f"这项操作须带请求头 {IDEMPOTENCY}：每次操作一个不重复的值，最多 {longest} 个字母、数字或 . _ : -"
        raise Problem("INVALID", detail, field=IDEMPOTENCY)
    return told
