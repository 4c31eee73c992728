"""Webhooks as rows; their keys sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.errors import Missing, Stale
from chassis.store import Tx
from chassis.store.paging import Page
from services.notify.sealed import sealed, unsealed
from services.notify.store.tables import webhooks

Row = Mapping[Any, Any]


def told_of(tx: Tx, notice: str) -> list[Row]:
    """The transaction's tenant's webhooks that are told a notice."""
    rows = tx.rows(webhooks, order="webhook_id", tenant_id=tx.by.tenant_id)
    return [row for row in rows if not row["notices"] or notice in row["notices"]]


def put(tx: Tx, webhook_id: str, seen: int, url: str, key: str, notices: list[str]) -> Row:
    """A new one, or one changed; an empty key is the one before. Raises Missing, Stale."""
    known = _locked(tx, webhook_id) if webhook_id else None
    if known is not None and known["version"] != seen:
        raise Stale(f"该推送地址已有变化（您看到第 {seen} 版，现为第 {known['version']} 版），请刷新后重试")
    webhook_id = webhook_id or tx.new_id()
    row = {
        "webhook_id": webhook_id,
        "tenant_id": tx.by.tenant_id,
        "url": url,
        "sealed_key": sealed(tx.settings, key.encode(), webhook_id) if key else (known or {})["sealed_key"],
        "notices": notices,
        "version": known["version"] + 1 if known else 1,
        "set_at": tx.now,
        "set_by": tx.by.id,
    }
    tx.put(webhooks, ("webhook_id",), row)
    return row


def remove(tx: Tx, webhook_id: str) -> None:
    """It is told nothing more. Raises Missing."""
    _locked(tx, webhook_id)
    tx.drop(webhooks, webhook_id=webhook_id)


def page_of(tx: Tx, page: Page) -> tuple[list[Row], str]:
    """A page of the caller's tenant's, the oldest first."""
    mine = tx.select(webhooks).where(webhooks.c.tenant_id == tx.by.tenant_id)
    rows, token = tx.page(mine, (webhooks.c.webhook_id,), page)
    return list(rows), token


def address_of(tx: Tx, webhook_id: str) -> tuple[str, str] | None:
    """Where a webhook's system is, and the key to sign with; None once it was removed."""
    row = tx.row(webhooks, webhook_id=webhook_id)
    return (row["url"], unsealed(tx.settings, row["sealed_key"], webhook_id).decode()) if row else None


def _locked(tx: Tx, webhook_id: str) -> Row:
    row = tx.row(webhooks, webhook_id=webhook_id, tenant_id=tx.by.tenant_id, lock=True)
    if row is None:
        raise Missing(f"没有编号为 {webhook_id} 的推送地址，请核对后重试")
    return row
