"""How the gateway asks services: asyncio channels, each opened when it is first wanted, in the loop that uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from chassis.auth import peer_token
from chassis.grpc.door import ANSWERED_BY
from chassis.grpc.wire import open_aio_channel
from chassis.settings import Settings
from chassis.telemetry import here

M = TypeVar("M", bound=Message)
SECONDS = 30.0


class Calls:
    """Channels to services."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._channels: dict[str, grpc.aio.Channel] = {}

    async def ask(self, token: str, method: str, request: Message, answer: type[M], seconds: float = SECONDS) -> M:
        """Call `hotline.<service>.v1.Service/Method` with somebody's token, or none. Raises grpc.RpcError."""
        channel = self._channel(method.split(".")[1])
        call = channel.unary_unary(f"/{method}", type(request).SerializeToString, answer.FromString)
        metadata: tuple[tuple[str, str], ...] = (("traceparent", here()),)
        if token:
            metadata += (("authorization", f"Bearer {token}"),)
        return await call(request, timeout=seconds, metadata=metadata)

    async def ask_for(self, tenant_id: str, method: str, request: Message, answer: type[M]) -> M:
        """The same in the gateway's own name on a tenant's behalf: for citizens, who have no token."""
        return await self.ask(peer_token(self._settings, tenant_id), method, request, answer)

    async def close(self) -> None:
        """Hang up."""
        for channel in self._channels.values():
            await channel.close()

    def _channel(self, word: str) -> grpc.aio.Channel:
        service = ANSWERED_BY.get(word, word)
        if service not in self._channels:
            self._channels[service] = open_aio_channel(self._settings.address_of(service), self._settings.tls)
        return self._channels[service]


async def every_page(ask: Callable[[str], Awaitable[Any]]) -> AsyncIterator[Any]:
    """Each answer of a list that pages, asked by the token of its page. Raises what asking raises."""
    yield (answer := await ask(""))
    while answer.next_page_token:
        yield (answer := await ask(answer.next_page_token))
