"""Who calls: a tenant's system by its key, for which directory gives a token that is used while it is good."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from chassis.clock import real_now
from chassis.stamps import instant
from hotline.directory.v1 import sessions_pb2 as sessions
from services.gateway.calls import Calls

LOG_IN = "hotline.directory.v1.SessionService/LogInByKey"
KEY = "key:"
# What is left of a token's life when another is asked for.
SPARE = timedelta(seconds=30)
MOST_KEPT = 10_000


@dataclass
class _Kept:
    token: str = ""
    until: datetime | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_good(self) -> bool:
        return self.until is not None and real_now() < self.until


class Keys:
    """Tokens by the digests of keys; no key is kept."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def knows(self, bearer: str) -> bool:
        """Whether it is a key that was taken a moment ago."""
        kept = self._kept.get(name_of(bearer))
        return kept is not None and kept.is_good

    async def token_of(self, bearer: str, *, refused: str = "") -> str:
        """The token for a key; what is no key is a token already. `refused`: one that is taken no longer.

        Raises grpc.RpcError where directory does not know the key.
        """
        if not bearer.startswith(KEY):
            return bearer
        kept = self._kept.setdefault(name_of(bearer), _Kept())
        self._kept.move_to_end(name_of(bearer))
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        async with kept.lock:
            if not kept.is_good or kept.token == refused:
                request = sessions.LogInByKeyRequest(request_id=str(uuid4()), key=bearer)
                answer = await self._calls.ask("", LOG_IN, request, sessions.LogInByKeyResponse)
                kept.token, kept.until = answer.tokens.access_token, instant(answer.tokens.access_expires_at) - SPARE
            return kept.token


def name_of(bearer: str) -> str:
    """What a key or token is counted by."""
    return hashlib.sha256(bearer.encode()).hexdigest()
