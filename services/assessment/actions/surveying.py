"""20: what the third party does with its sampled rounds. It is told neither who called nor what the hub obtained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping

from chassis import journal
from chassis.errors import Missing, Refusal
from chassis.stamps import stamp
from chassis.store import Tx
from chassis.store.paging import Page
from hotline.notify.v1.commands_pb2 import CALL_PURPOSE_SAMPLE, PlaceCall
from regulation.articles import NotAllowed
from services.assessment.rules.entered import checked_month
from services.assessment.rules.results import Format, Line, read
from services.assessment.rules.sampling import SAMPLING, Said, check_said, differ, heard
from services.assessment.store import copies, samples
from services.assessment.store.sampled import sample_items

Row = Mapping[Any, Any]
# A call is made in daytime: what was asked for in the evening is made the next morning.
CALL_WITHIN = dt.timedelta(hours=24)
CALL, ENTERED, IMPORTED = "call", "entered", "imported"


@dataclass
class Imported:
    """What came of a file: lines taken, recorded before just the same, and refused with why."""

    taken: int = 0
    known: int = 0
    refused: list[Line] = field(default_factory=list)


def list_sample_items(tx: Tx, page: Page, month: str, *, pending: bool) -> tuple[list[RowMapping], str]:
    """A month's, without identity. Raises Invalid."""
    return samples.page_of_items(tx, page, checked_month(month, SAMPLING.code), pending=pending)


def most_calls(tx: Tx) -> int:
    """How often somebody may be called."""
    return copies.policy_of(tx).call_attempts


def call_sampled(tx: Tx, item_id: str) -> Row:
    """Ordered of notify, which alone learns the number. Raises Missing, NotAllowed with a result, under way, and after so many calls."""
    row = _open(tx, item_id)
    if row["call_id"]:
        raise NotAllowed(SAMPLING, "该件正在呼叫，请等待通话结果")
    most = most_calls(tx)
    if row["calls"] >= most:
        raise NotAllowed(SAMPLING, f"该件已呼叫{row['calls']}次，至多{most}次，请作未接通处理")
    call_id = tx.new_id()
    command = PlaceCall(
        call_id=call_id, order_id=row["order_id"], ticket_id=row["ticket_id"], number=row["number"], round=row["round"],
        expires_at=stamp(tx.now + CALL_WITHIN), purpose=CALL_PURPOSE_SAMPLE,
    )  # fmt: skip
    tx.order(command, item_id)
    tx.change(sample_items, {"item_id": item_id}, {"call_id": call_id, "calls": row["calls"] + 1})
    journal.append(tx, item_id, "call_sampled", SAMPLING.code, {"call": call_id})
    return _one(tx, item_id)


def call_ended(tx: Tx, call_id: str, digits: str) -> None:
    """The keys pressed are the result; a call that is not a sample's, or is over, is nobody's here."""
    row = tx.row(sample_items, call_id=call_id, lock=True) if call_id else None
    if row is None:
        return
    tx.change(sample_items, {"item_id": row["item_id"]}, {"call_id": ""})
    said = heard(digits)
    if said is not None and not row["process"]:
        _record(tx, row, said, CALL)


def record_sample_result(tx: Tx, item_id: str, said: Said) -> Row:
    """Obtained otherwise. Raises Missing, Invalid, NotAllowed where there is another result."""
    check_said(said)
    _record(tx, _open(tx, item_id), said, ENTERED)
    return _one(tx, item_id)


def import_sample_results(tx: Tx, kind: Format | None, content: bytes) -> Imported:
    """Many; a refused line stops no other. Raises Invalid for what is no such file."""
    came = Imported()
    for line in read(kind, content):
        reason = line.reason or _taken(tx, line, came)
        if reason:
            came.refused.append(Line(line.number, reason=reason))
    return came


def _taken(tx: Tx, line: Line, came: Imported) -> str:
    """Take a line in; answers why not."""
    row = samples.item(tx, line.item_id)
    if row is not None and Said(row["process"], row["result"]) == line.said:
        came.known += 1
        return ""
    try:
        _record(tx, _open(tx, line.item_id), line.said, IMPORTED)
    except Refusal as error:
        return error.message
    except NotAllowed as error:
        return error.reason
    came.taken += 1
    return ""


def _record(tx: Tx, row: Row, said: Said, via: str) -> None:
    differs = differ(Said(row["hub_process"], row["hub_result"]), said)
    about = {"process": said.process, "result": said.result, "via": via, "differs": differs}
    tx.change(sample_items, {"item_id": row["item_id"]}, {**about, "recorded_at": tx.now, "recorded_by": tx.by.id})
    journal.append(tx, row["item_id"], "record_sample_result", SAMPLING.code, {"via": via, "process": said.process, "result": said.result})


def _open(tx: Tx, item_id: str) -> Row:
    row = samples.item(tx, item_id, lock=True)
    if row is None:
        raise Missing("没有这件抽样：请核对抽样编号")
    if row["process"]:
        raise NotAllowed(SAMPLING, "该件已有抽测结果，不能再次呼叫或更改")
    return row


def _one(tx: Tx, item_id: str) -> Row:
    row = samples.item(tx, item_id)
    if row is None:
        raise LookupError(f"sample item {item_id} was just changed")
    return row
