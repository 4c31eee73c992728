"""Refusals, where a poll goes on, reconciliations and files of replies, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.store import Tx
from chassis.store.paging import Page
from services.provincial.lifecycle import Refusal
from services.provincial.sealed import sealed, unsealed
from services.provincial.store.tables import files, polls, reconciliations, refusals

Row = Mapping[Any, Any]


def refuse(tx: Tx, code: Refusal, reason: str, province: str = "", number: str = "", version: int = 0) -> None:
    """Keep that something was refused, and why."""
    tx.insert(
        refusals, refusal_id=tx.new_id(), province=province, number=number, version=version, code=code.value, reason=reason, at=tx.now
    )  # fmt: skip


def refusals_page(tx: Tx, page: Page) -> tuple[list[Row], str]:
    """A page of the transaction's tenant's, the newest first."""
    own = refusals.c
    rows, token = tx.page(tx.select(refusals).where(own.tenant_id == tx.by.tenant_id), (own.at.desc(), own.refusal_id.desc()), page)
    return list(rows), token


def cursor_of(tx: Tx, province: str) -> str:
    """Where the poll of a province goes on."""
    row = tx.row(polls, tenant_id=tx.by.tenant_id, province=province)
    return str(row["cursor"]) if row else ""


def move_cursor(tx: Tx, province: str, cursor: str) -> None:
    """All before it was taken or refused."""
    tx.put(polls, ("tenant_id", "province"), {"tenant_id": tx.by.tenant_id, "province": province, "cursor": cursor})


def keep_reconciliation(tx: Tx, province: str, day: str, compared: int, differences: Sequence[Mapping[str, str]]) -> None:
    """What a day's comparison found; a later one of the same day stands for it."""
    row = {
        "tenant_id": tx.by.tenant_id, "province": province, "day": day, "at": tx.now, "compared": compared,
        "differences": list(differences),
    }  # fmt: skip
    tx.put(reconciliations, ("tenant_id", "day", "province"), row)


def reconciliations_page(tx: Tx, page: Page) -> tuple[list[Row], str]:
    """A page of the transaction's tenant's, the newest day first."""
    own = reconciliations.c
    mine = tx.select(reconciliations).where(own.tenant_id == tx.by.tenant_id)
    rows, token = tx.page(mine, (own.day.desc(), own.province.desc()), page)
    return list(rows), token


def add_file(tx: Tx, ticket_id: str, name: str, content: bytes) -> str:
    """Keep a file, sealed, until a reply takes it along; answers its id."""
    file_id = tx.new_id()
    tx.insert(
        files,
        attachment_id=file_id,
        ticket_id=ticket_id,
        feedback_id="",
        sealed_name=sealed(tx.settings, name.encode(), f"{file_id}:name"),
        sealed_content=sealed(tx.settings, content, file_id),
        attached_at=tx.now,
        attached_by=tx.by.id,
    )
    return file_id


def count_files(tx: Tx, ticket_id: str) -> int:
    """How many wait for a ticket's next reply."""
    own = files.c
    waits = tx.select(files, own.attachment_id).where(own.tenant_id == tx.by.tenant_id, own.ticket_id == ticket_id, own.feedback_id == "")
    return len(tx.all(waits))


def send_along(tx: Tx, ticket_id: str, feedback_id: str) -> None:
    """The files that wait go with this reply."""
    own = files.c
    waits = (own.tenant_id == tx.by.tenant_id) & (own.ticket_id == ticket_id) & (own.feedback_id == "")
    tx.run(tx.update(files).where(waits).values(feedback_id=feedback_id))


def files_of(tx: Tx, feedback_id: str) -> list[tuple[str, bytes]]:
    """Name and content of what goes with a reply."""
    rows = tx.rows(files, order="attachment_id", feedback_id=feedback_id)
    return [
        (
            unsealed(tx.settings, row["sealed_name"], f"{row['attachment_id']}:name").decode(),
            unsealed(tx.settings, row["sealed_content"], row["attachment_id"]),
        )
        for row in rows
    ]
