"""Where provinces push: one small HTTPS server, which acknowledges what is stored and nothing else."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque

from aiohttp import web

from chassis.clock import real_now
from services.provincial import wire
from services.provincial.lifecycle import Refusal
from services.provincial.link.taking import AWAY_WORDS, Taken, Taking
from services.provincial.provinces import Listen, Province, Setup
from services.provincial.rules.signing import is_timely

LOG = logging.getLogger(__name__)
MOST_BYTES = 16 * 1024 * 1024
UNKNOWN = "unknown"
STATES = {
    Refusal.SIGNATURE: 401, Refusal.STALE: 401, Refusal.UNKNOWN_TENANT: 404, Refusal.TOO_LARGE: 413, Refusal.MALFORMED: 400,
    Refusal.REUSED: 409, Refusal.NOT_TAKEN: 422,
}  # fmt: skip
WORDS = {
    Refusal.SIGNATURE: "签名不正确，请核对密钥和签名方法",
    Refusal.STALE: "报文时刻与本平台相差过大，请校准时钟后重发",
    Refusal.UNKNOWN_TENANT: "未登记的平台代码，请与本平台核对",
    Refusal.TOO_LARGE: f"报文超过 {MOST_BYTES // 1024 // 1024} MB，请减少附件",
}
# Whoever has no key may not fill the store: of what strangers send so many a minute are kept.
STRANGERS_A_MINUTE = 60


class Listener:
    """It listens while open."""

    def __init__(self, setup: Setup, taking: Taking) -> None:
        self._setup, self._taking = setup, taking
        self._kept: deque[float] = deque(maxlen=STRANGERS_A_MINUTE)
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        listen = self._setup.listen
        assert isinstance(listen, Listen)  # noqa: S101 - nobody opens it otherwise
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post(wire.PUSH_PATH, self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, listen.host, listen.port, ssl_context=listen.context()).start()

    async def close(self) -> None:
        """Let what is being taken end, and stop."""
        if self._runner:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            return await self._answered(request)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception:
            LOG.exception("a message of the province was not taken")
            return _response(503, wire.answer(wire.TROUBLE, AWAY_WORDS))

    async def _answered(self, request: web.Request) -> web.Response:
        province = self._setup.of(request.headers.get(wire.PROVINCE, ""))
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return await self._refused(province, Refusal.TOO_LARGE, signed=False)
        if province is None:
            return await self._refused(None, Refusal.UNKNOWN_TENANT, signed=False)
        if not await asyncio.to_thread(_is_signed, request, province, body):
            return await self._refused(province, Refusal.SIGNATURE, signed=False)
        if not is_timely(request.headers.get(wire.INSTANT, ""), real_now()):
            return await self._refused(province, Refusal.STALE, signed=True)
        try:
            message = wire.read_message(body)
        except wire.Malformed as error:
            return await self._refused(province, Refusal.MALFORMED, signed=True, words=f"报文格式不正确：{error}")
        return _told(await self._taking.take(province, message), message)

    async def _refused(self, province: Province | None, code: Refusal, *, signed: bool, words: str = "") -> web.Response:
        """Answered, and kept for whoever looks; of strangers not without bound."""
        said = words or WORDS[code]
        if signed or self._has_room():
            owner = province or self._setup.provinces[0]
            await self._taking.refuse(owner.tenant_id, province.code if province else "", code, said)
        return _response(STATES[code], wire.answer(wire.REFUSALS[code.value], said))

    def _has_room(self) -> bool:
        now = time.monotonic()
        if len(self._kept) == STRANGERS_A_MINUTE and now - self._kept[0] < 60:  # noqa: PLR2004 - a minute
            return False
        self._kept.append(now)
        return True


def _is_signed(request: web.Request, province: Province, body: bytes) -> bool:
    headers = request.headers
    at, signature = headers.get(wire.INSTANT, ""), headers.get(wire.SIGNATURE, "")
    signing = province.signing
    if headers.get(wire.ALGORITHM, signing.algorithm.value) != signing.algorithm.value:
        return False
    return signing.is_signed(signature, request.method, request.path_qs, at, body)


def _told(taken: Taken, message: wire.Inbound) -> web.Response:
    number, version = message.number, message.version
    if taken.refusal is not None:
        return _response(STATES[taken.refusal], wire.answer(wire.REFUSALS[taken.refusal.value], taken.words, number, version))
    if not taken.taken:
        return _response(503, wire.answer(wire.LATER if taken.orphan else wire.TROUBLE, taken.words, number, version))
    return _response(200, wire.answer(wire.TAKEN, taken.words, number, version, taken.ticket_number))


def _response(state: int, body: bytes) -> web.Response:
    return web.Response(status=state, body=body, content_type="application/json")
