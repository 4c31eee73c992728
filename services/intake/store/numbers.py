"""Numbers by blocks: each registration takes from a block that no other transaction holds, so that none waits for another."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, bindparam, select

from chassis.store import Looking, Row, Tx
from regulation.instants import local_day
from services.intake.rules.numbering import BLOCK, number_of
from services.intake.store.tables import number_blocks as blocks


def ask_ahead(tx: Tx) -> None:
    """A number will be wanted: its block comes with what is asked next."""
    _held_block(tx.ahead, local_day(tx.now))


def next_number(tx: Tx) -> str:
    """A number of the tenant that nobody has, of the present local day. One that is rolled back is given again."""
    day = local_day(tx.now)
    found = _held_block(tx, day)
    if not found:
        return number_of(day, _new_block(tx, day.isoformat()), 0)
    row = found[0]
    tx.change(blocks, {"tenant_id": tx.by.tenant_id, "day": day.isoformat(), "block": row["block"]}, {"used": row["used"] + 1})
    return number_of(day, row["block"], row["used"])


def _held_block(tx: Looking, day: dt.date) -> list[Row]:
    return tx.kept("free block", _free, tenant_id=tx.by.tenant_id, day=day.isoformat())


def _free() -> Select[Any]:
    """A block of a tenant and day that has numbers left and nobody holds."""
    own = blocks.c
    mine = (own.tenant_id == bindparam("tenant_id", type_=own.tenant_id.type)) & (own.day == bindparam("day", type_=own.day.type))
    return select(blocks).where(mine, own.used < BLOCK).order_by(own.block).limit(1).with_for_update(skip_locked=True)


def _new_block(tx: Tx, day: str) -> int:
    mine = (blocks.c.tenant_id == tx.by.tenant_id) & (blocks.c.day == day)
    while True:
        last = tx.one(tx.select(blocks, blocks.c.block).where(mine).order_by(blocks.c.block.desc()).limit(1))
        block = last["block"] + 1 if last else 0
        if tx.insert_new(blocks, ("tenant_id", "day", "block"), {"day": day, "block": block, "used": 1}):
            return block
