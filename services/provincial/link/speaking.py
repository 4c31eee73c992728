"""Speaking to a province: each request signed, each answer read whole or counted as none."""

from __future__ import annotations

import asyncio
import io
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from chassis.clock import real_now
from services.provincial import wire
from services.provincial.provinces import Province
from services.provincial.rules.signing import stamp

SECONDS = 20.0
MOST_BYTES = 32 * 1024 * 1024


class Unanswered(Exception):
    """No whole answer came: the province may have taken what it was told."""


class Speaking:
    """Requests to one province."""

    def __init__(self, province: Province, session: aiohttp.ClientSession) -> None:
        self.province = province
        self._session = session
        self._tls = province.context() if urlsplit(province.url).scheme == "https" else False

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Its code and body. Raises Unanswered."""
        url = f"{self.province.url}{path}"
        try:
            headers = await asyncio.to_thread(self._headers, method, url, body)
            # What is long is not copied at once.
            sent: dict[str, Any] = {"data": io.BytesIO(body) if body else None, "headers": headers}
            limit = aiohttp.ClientTimeout(total=SECONDS)
            async with self._session.request(method, url, allow_redirects=False, ssl=self._tls, timeout=limit, **sent) as answer:
                said = await answer.content.read(MOST_BYTES)
                # A body that was cut off ends early, and a part of an answer says nothing.
                if not answer.content.at_eof() or len(said) != (answer.content_length or len(said)):
                    raise Unanswered("应答不完整")
                return answer.status, said
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unanswered(f"没有应答（{type(error).__name__}）") from None

    def _headers(self, method: str, url: str, body: bytes) -> dict[str, str]:
        parts, at, province = urlsplit(url), stamp(real_now()), self.province
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return {
            wire.PROVINCE: province.city,
            wire.INSTANT: at,
            wire.ALGORITHM: province.signing.algorithm.value,
            wire.SIGNATURE: province.signing.sign(method, path, at, body),
            "Content-Type": "application/json",
        }
