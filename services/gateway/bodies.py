"""What a request carries, as far as it may reach."""

from __future__ import annotations

import asyncio

from fastapi import Request

# A form filled by hand comes at once; who sends slower than this holds a connection for nothing.
SECONDS = 30.0


class TooLong(Exception):
    """More than may come."""


class TooSlow(Exception):
    """It did not come whole in time."""


async def body_of(request: Request, most: int) -> bytes:
    """The whole body. Raises TooLong for more than `most` bytes, as soon as that is known, and TooSlow."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > most:
        raise TooLong
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise TooLong
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)
