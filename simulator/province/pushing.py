"""Pushing to the city what it has not acknowledged, until it does."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import aiohttp

from simulator.province.book import Book, Key
from simulator.province.faults import Faults
from simulator.province.signing import headers

AT_ONCE = 16
REST_SECONDS = 0.2
ANSWER_SECONDS = 30.0


async def push(book: Book, faults: Faults, city: str, code: str, key: str) -> None:
    """For ever."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as session:
        while True:
            waiting = book.waiting()
            if faults.reorders:
                waiting = waiting[::-1]
            for begin in range(0, len(waiting), AT_ONCE):
                if faults.away or faults.holds:
                    break
                several = waiting[begin : begin + AT_ONCE] * (1 + faults.repeats)
                await asyncio.gather(*(_push(session, book, each, city, code, key) for each in several))
            await asyncio.sleep(REST_SECONDS)


async def _push(session: aiohttp.ClientSession, book: Book, message: Key, city: str, code: str, key: str) -> None:
    body = json.dumps(book.sent[message], ensure_ascii=False).encode()
    url = f"{city}/messages"
    signed = headers(key, code, "POST", urlsplit(url).path, body)
    try:
        async with session.post(url, data=body, headers=signed) as answer:
            told = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return
    book.acknowledge(message, str(told.get("code", "")), str(told.get("cityOrderNo", "")))
