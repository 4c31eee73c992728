"""Texts that units begin their replies with, as rows; each unit reaches its own alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.dispatch.rules.templating import Template, Words
from services.dispatch.store.rows import Row
from services.dispatch.store.tables import reply_templates

OWN = reply_templates.c
NO_TEMPLATE = "本单位没有这份答复模板，请核对编号后重试"


def find(tx: Tx, template_id: str, *, lock: bool = False) -> Template:
    """A template of the caller's unit. Raises Missing for none, and for another unit's."""
    row = tx.row(reply_templates, template_id=template_id, tenant_id=tx.by.tenant_id, unit_id=tx.by.unit_id, lock=lock)
    if row is None:
        raise Missing(NO_TEMPLATE)
    return template_of(row)


def names_in_use(tx: Tx, but: str = "") -> list[str]:
    """What the caller's unit calls its templates that are in use, one of them excepted."""
    return names_of(tx, tx.by.unit_id, but)


def names_of(tx: Tx, unit_id: str, but: str = "") -> list[str]:
    """The same of any unit of the caller's tenant."""
    its_own = (OWN.tenant_id == tx.by.tenant_id) & (OWN.unit_id == unit_id) & OWN.retired_at.is_(None)
    return [row["name"] for row in tx.all(tx.select(reply_templates, OWN.name).where(its_own, OWN.template_id != but))]


def of_unit(tx: Tx, unit_id: str) -> list[Template]:
    """All of a unit of the caller's tenant, locked."""
    rows = tx.rows(reply_templates, tenant_id=tx.by.tenant_id, unit_id=unit_id, order="template_id", lock=True)
    return [template_of(row) for row in rows]


def add(tx: Tx, fresh: Template) -> None:
    """A new one."""
    tx.insert(reply_templates, **_row(fresh))


def save(tx: Tx, changed: Template) -> None:
    """One that changed."""
    tx.change(reply_templates, {"template_id": changed.template_id}, _row(changed))


def listed(tx: Tx, page: Page, *, with_retired: bool) -> tuple[list[Template], str]:
    """A page of the caller's unit's, by their names."""
    statement = tx.select(reply_templates).where(OWN.tenant_id == tx.by.tenant_id, OWN.unit_id == tx.by.unit_id)
    if not with_retired:
        statement = statement.where(OWN.retired_at.is_(None))
    rows, token = tx.page(statement, (OWN.name, OWN.template_id), page)
    return [template_of(row) for row in rows], token


def template_of(row: Row) -> Template:
    """The template of a row."""
    words = Words(row["name"], row["measures"], row["result"], row["basis"])
    return Template(row["template_id"], row["unit_id"], words, row["changed_at"], row["changed_by"], row["version"], row["retired_at"])


def _row(of: Template) -> dict[str, Any]:
    facts = asdict(of)
    return {**facts.pop("words"), **facts}
