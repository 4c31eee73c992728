"""Submits whose answer never came. A receipt that gives our own reference back (5.3.2.17) shows that one was taken after all."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from zlib import crc32

REMEMBERED = 10_000
# An SMSC may write a number with the country's code before it.
NATIONAL_DIGITS = 11


@dataclass
class _Open:
    message_id: str
    taken: asyncio.Future[str]


def own_reference(message_id: str, part: int) -> int:
    """What stands in a submit_sm as our reference, the same whenever it is sent."""
    return crc32(f"{message_id}/{part}".encode()) & 0xFFFF


class Unsettled:
    """Submits without an answer. Numbers are kept as a hash that no other process can make."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, _Open] = OrderedDict()

    def open(self, message_id: str, reference: int, number: str) -> asyncio.Future[str]:
        """A submit begins; answers what becomes the SMSC's id, should a receipt come before the answer or without it."""
        taken: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._open[_key(reference, number)] = _Open(message_id, taken)
        while len(self._open) > REMEMBERED:
            self._open.popitem(last=False)
        return taken

    def close(self, reference: int, number: str) -> None:
        """The answer came."""
        self._open.pop(_key(reference, number), None)

    def settle(self, reference: int, number: str, theirs: str) -> str:
        """The message of which a receipt tells, if its answer is open; it no longer is."""
        found = self._open.pop(_key(reference, number), None)
        if found is None:
            return ""
        if not found.taken.done():
            found.taken.set_result(theirs)
        return found.message_id


def _key(reference: int, number: str) -> int:
    return hash((reference, number[-NATIONAL_DIGITS:]))
