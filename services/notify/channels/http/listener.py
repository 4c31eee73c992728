"""Where a gateway calls back with receipts: one small HTTP server, which answers once they are stored."""

from __future__ import annotations

import hmac
import json
import logging
import re
from collections.abc import Mapping

from aiohttp import web

from services.notify.channels import Receipt, Told
from services.notify.channels.http.settings import Callback

LOG = logging.getLogger(__name__)
MOST_BYTES = 65_536
# A word or a code, and no number of a person.
REASON = re.compile(r"[A-Za-z0-9:_ -]{0,10}")
MOST_REFERENCE = 128


class Listener:
    """It listens while open."""

    def __init__(self, callback: Callback) -> None:
        self._callback = callback
        self._told: Told | None = None
        self._runner: web.AppRunner | None = None

    async def open(self, told: Told) -> None:
        """Listen, and tell. Raises OSError where the port is taken."""
        self._told = told
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_route("*", "/{secret}", self._receive)
        # Its log would hold what the gateway puts into the address.
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._callback.host, self._callback.port).start()

    async def close(self) -> None:
        """Let what is being told end, and stop."""
        if self._runner:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.match_info["secret"].encode(), self._callback.secret.encode()):
            raise web.HTTPNotFound
        receipt = self._receipt(await _said(request))
        if receipt is not None and self._told is not None:
            try:
                await self._told(receipt)
            except Exception:
                LOG.exception("a receipt was not taken")
                return web.Response(status=503)
        return web.Response(text=self._callback.reply)

    def _receipt(self, said: Mapping[str, str]) -> Receipt | None:
        """What is told; nothing of what is under way. Raises HTTPBadRequest where it does not say which message it means."""
        names = self._callback
        message_id, reference = said.get(names.message_id, ""), said.get(names.reference, "")
        if not (message_id or reference) or len(message_id + reference) > MOST_REFERENCE:
            raise web.HTTPBadRequest(text="which message?")
        fate = names.states.get(said.get(names.state, ""))
        if fate is None:
            return None
        reason = said.get(names.reason, "")
        return Receipt(message_id, fate, reason if fate != "delivered" and REASON.fullmatch(reason) else "", None, reference)


async def _said(request: web.Request) -> dict[str, str]:
    """The parameters of a receipt, from wherever the gateway puts them."""
    said = {name: str(value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text())
        except ValueError:
            raise web.HTTPBadRequest(text="no JSON") from None
        return said | ({name: str(value) for name, value in body.items()} if isinstance(body, dict) else {})
    return said | {name: str(value) for name, value in (await request.post()).items()}
