"""SMS by an HTTP gateway: the channel `sms.http`."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp

from services.notify.channels import Outgoing, Refused, Throttled, Told, Unanswered, Unreachable
from services.notify.channels.configured import configured
from services.notify.channels.http.listener import Listener
from services.notify.channels.http.settings import HttpSettings

LOG = logging.getLogger(__name__)
# What a gateway says is short; a page of an error is not read to its end.
MOST_BYTES = 65_536
LONGEST_REST = 60.0
NO_ANSWER = "短信网关没有应答"


class HttpChannel:
    """A message is taken when the gateway's answer says so. Its reference is what the answer names, else our own id."""

    name = "sms.http"

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._listener = Listener(settings.callback) if settings.callback else None
        self._client: aiohttp.ClientSession | None = None

    async def start(self, told: Told) -> None:
        """Listen for receipts. Raises OSError where the port is taken."""
        limit = aiohttp.ClientTimeout(total=self._settings.answer_within)
        self._client = aiohttp.ClientSession(timeout=limit, middlewares=(_once,))
        if self._listener:
            await self._listener.open(told)

    async def send(self, message: Outgoing) -> str:
        """The gateway's reference."""
        code, after, words = await self._ask(message)
        settings = self._settings
        if code == HTTPStatus.TOO_MANY_REQUESTS or _says(settings.throttled, words):
            raise Throttled(min(float(after), LONGEST_REST) if after.isdecimal() else settings.throttled_rest)
        if code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or _says(settings.denied, words):
            LOG.error("the SMS gateway does not let us in: HTTP %s", code)
            raise Unreachable("短信网关拒绝登录：请核对账号与密码")
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR or _says(settings.passing, words):
            raise Unreachable(f"短信网关暂时不能处理（HTTP {code}）")
        taken = re.search(settings.taken, words) if code < HTTPStatus.MULTIPLE_CHOICES else None
        if taken is None:
            raise Refused(f"短信网关拒收（HTTP {code}）")
        return taken.groupdict().get("reference") or message.message_id

    async def close(self) -> None:
        """Stop listening."""
        if self._listener:
            await self._listener.close()
        if self._client:
            await self._client.close()

    async def _ask(self, message: Outgoing) -> tuple[int, str, str]:
        """The answer's code, its Retry-After and its words."""
        if self._client is None:
            raise Unreachable("通道尚未启动")
        try:
            async with self._client.request(self._settings.method, self._settings.url, **self._filled(message)) as answer:
                words = await answer.content.read(MOST_BYTES)
                return answer.status, answer.headers.get("Retry-After", ""), words.decode(errors="replace")
        except aiohttp.ClientConnectorError as error:
            raise Unreachable("连接不上短信网关") from error
        except (aiohttp.ClientError, TimeoutError, OSError):
            # Some of them quote the address, in which a GET has the number.
            raise Unanswered(NO_ANSWER) from None

    def _filled(self, message: Outgoing) -> dict[str, Any]:
        callback = self._settings.callback
        values = {
            "to": message.to,
            "text": message.text,
            "message_id": message.message_id,
            "urgent": str(int(message.urgent)),
            "callback": callback.url if callback else "",
        }
        parameters = {name: each.format_map(values) for name, each in self._settings.parameters.items()}
        place = {"query": "params", "form": "data", "json": "json"}[self._settings.form]
        headers = {name: each.format_map(values) for name, each in self._settings.headers.items()}
        return {place: parameters, "headers": headers, "allow_redirects": False}


def make(told: Mapping[str, Any]) -> HttpChannel:
    """The channel as an operator set it up. Raises Unusable."""
    return HttpChannel(configured(HttpSettings, told, HttpChannel.name))


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """aiohttp asks again by itself where a GET got no answer; a message is no GET."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise Unanswered(NO_ANSWER) from error


def _says(pattern: str, words: str) -> bool:
    return bool(pattern) and re.search(pattern, words) is not None
