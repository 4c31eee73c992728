"""Official documents of supervision (15, 16, 19): composed with the step they belong to, rendered by a job, read as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from chassis.caller import Caller
from chassis.errors import Missing, Stale
from chassis.store import Store, Tx
from chassis.store.paging import Page
from regulation.instants import local_day
from services.assessment.actions.overseeing import WIDE_ROLES
from services.assessment.composing import MOST_ROWS, Matter
from services.assessment.documents import Format, render
from services.assessment.documents.keeping import report_of
from services.assessment.store import copies, documented, supervisions
from services.assessment.store.raised import official_documents

Row = Mapping[Any, Any]
FILES = (Format.DOCX, Format.PDF)


def matter_of(tx: Tx, supervision: Row, rungs: Sequence[Row] = ()) -> Matter:
    """A supervision with what its documents say of it."""
    unit = copies.unit_of(tx, supervision["unit_id"])
    found, count = supervisions.first_evidence(tx, supervision["supervision_id"], MOST_ROWS)
    name = unit["name"] if unit else supervision["unit_id"]
    return Matter(supervision, name, copies.hub_name(tx), found, count, rungs)


def today(tx: Tx) -> dt.date:
    """The day a document bears."""
    return local_day(tx.now)


def list_documents(tx: Tx, page: Page, subject_id: str) -> tuple[Sequence[Row], str]:
    """Those about a supervision or a finding, the oldest first, without their files; a unit's own people see what is addressed to it."""
    own = official_documents.c
    wanted = tx.select(official_documents, *(own[name] for name in documented.SHOWN)).where(own.subject_id == subject_id)
    if not WIDE_ROLES & tx.by.roles:
        wanted = wanted.where(own.unit_id == tx.by.unit_id)
    return tx.page(wanted, (own.document_id,), page)


def get_document(tx: Tx, document_id: str, as_: Format) -> tuple[Row, bytes]:
    """A document with its file. Raises Missing, Stale until it is rendered."""
    row = tx.row(official_documents, document_id=document_id)
    if row is None or not (WIDE_ROLES & tx.by.roles or (row["unit_id"] and row["unit_id"] == tx.by.unit_id)):
        raise Missing("没有这份文书，或您无权查看：请核对编号")
    if not row["rendered"]:
        raise Stale("文书正在生成，请稍后再下载")
    return row, row[as_.column]


def render_documents(store: Store) -> int:
    """Render every document that waits for its files; answers how many. Rendered twice, the bytes are the same."""
    count = 0
    while found := store.read_across(documented.waiting):
        for tenant_id, document_id in found:
            store.write(Caller.timer(store.service, tenant_id), partial(_render, document_id=document_id))
            count += 1
    return count


def _render(tx: Tx, document_id: str) -> None:
    row = tx.row(official_documents, document_id=document_id)
    if row is not None and not row["rendered"]:
        report = report_of(row["content"])
        files: dict[str, Any] = {as_.column: render(report, as_) for as_ in FILES}
        tx.change(official_documents, {"document_id": document_id}, {**files, "rendered": True})
