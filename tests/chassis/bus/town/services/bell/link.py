"""Rings a bell outside: a line in a file. What lies in the data folder says how it goes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from sqlalchemy import or_, select

from chassis.clock import real_now
from chassis.linking import Line
from chassis.store import Tx

CLAIM = timedelta(seconds=2)


class BellLink:
    """Claims a ring, rings, notes it."""

    async def run(self, line: Line) -> None:
        """Until told to stop."""
        while not line.stopping.is_set():
            number = await asyncio.to_thread(line.store.across, _claim)
            if number is None:
                await line.rest(0.05)
                continue
            await self._ring(line, number)
            await asyncio.to_thread(line.store.across, partial(_note, number=number))

    async def _ring(self, line: Line, number: int) -> None:
        folder = line.store.settings.data
        if (folder / "raises").exists():
            raise ValueError("13800138000")
        with (folder / "rung").open("a") as file:
            file.write(f"{number}\n")
        if (folder / "hangs").exists():
            await asyncio.sleep(60)


def _claim(tx: Tx) -> int | None:
    rings = tx.store.tables["rings"]
    free = rings.c.rung_at.is_(None), or_(rings.c.claimed_until.is_(None), rings.c.claimed_until < real_now())
    row = tx.one(select(rings.c.number).where(*free).order_by(rings.c.number).limit(1).with_for_update(skip_locked=True))
    if row is None:
        return None
    number = int(row["number"])
    tx.run(tx.update(rings).where(rings.c.number == number).values(claimed_until=real_now() + CLAIM))
    return number


def _note(tx: Tx, number: int) -> None:
    rings = tx.store.tables["rings"]
    tx.run(tx.update(rings).where(rings.c.number == number).values(rung_at=tx.now))


LINK = BellLink
