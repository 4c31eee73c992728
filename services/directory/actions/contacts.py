"""Verbs on unit contacts. The journal says which contact, never who it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import RowMapping

from chassis import journal
from chassis.errors import Invalid, Missing, Stale
from chassis.store import Tx
from regulation.articles import Article
from services.directory.actions.loading import own_unit, seen_unit
from services.directory.rules.units import UnitState
from services.directory.sealed import sealed, unsealed
from services.directory.store.tables import contacts

ARTICLE = Article(8, 1).code
REVEAL_ARTICLE = Article(17).code
_PHONE = re.compile(r"\+?[0-9][0-9() -]{2,30}(?:转[0-9]{1,6})?")


class Purpose(StrEnum):
    """What a contact is for."""

    HANDLING = "handling"
    LEAD = "lead"
    URGENT = "urgent"


_URGENT_FIRST = (Purpose.URGENT, Purpose.LEAD, Purpose.HANDLING)
_HANDLING_FIRST = (Purpose.HANDLING, Purpose.URGENT, Purpose.LEAD)


@dataclass(frozen=True)
class Contact:
    """Whom to reach at a unit."""

    contact_id: str
    unit_id: str
    purpose: Purpose
    name: str
    phone: str
    version: int = 1


def add_contact(tx: Tx, unit_id: str, *, purpose: Purpose, name: str, phone: str) -> Contact:
    """A new contact of an own unit."""
    unit = own_unit(tx, unit_id)
    if unit.state is UnitState.CLOSED:
        raise Invalid("unit_id", f"{unit.name}已撤销，不能登记联系人")
    contact = _checked(Contact(tx.new_id(), unit_id, purpose, name, phone))
    tx.insert(contacts, **_row(tx, contact))
    _record(tx, contact, "add_contact")
    return contact


def change_contact(tx: Tx, contact_id: str, version: int, *, purpose: Purpose, name: str, phone: str) -> Contact:
    """Another person, number or purpose."""
    before = _edited(tx, contact_id, version)
    contact = _checked(replace(before, purpose=purpose, name=name, phone=phone, version=version + 1))
    tx.run(tx.update(contacts).where(contacts.c.contact_id == contact_id).values(**_row(tx, contact)))
    _record(tx, contact, "change_contact")
    return contact


def remove_contact(tx: Tx, contact_id: str, version: int) -> None:
    """Gone for good: nobody's number is kept longer than it serves."""
    contact = _edited(tx, contact_id, version)
    tx.run(tx.delete(contacts).where(contacts.c.contact_id == contact_id))
    _record(tx, contact, "remove_contact")


def reveal_contact(tx: Tx, contact_id: str, reason: str) -> Contact:
    """One contact as it is, for whoever says why (Art. 17)."""
    contact = _load(tx, contact_id)
    unit = seen_unit(tx, contact.unit_id)
    detail = {"contact_id": contact_id, "reason": reason}
    journal.append(tx, contact.unit_id, "reveal_contact", REVEAL_ARTICLE, detail, tenant_id=unit.tenant_id)
    return contact


def resolve_unit_contact(tx: Tx, unit_id: str, *, urgent: bool, purpose: str, message_id: str) -> Contact | None:
    """Whom a unit is told by, for one message: who keeps watch first where it is urgent (Art. 13), else who handles (8(1))."""
    unit = seen_unit(tx, unit_id)
    rows = tx.all(tx.select(contacts).where(contacts.c.unit_id == unit_id).order_by(contacts.c.contact_id))
    first = _URGENT_FIRST if urgent else _HANDLING_FIRST
    row = min(rows, key=lambda row: first.index(Purpose(row["purpose"])), default=None)
    detail = {"contact_id": row["contact_id"] if row else "", "purpose": purpose, "message": message_id}
    journal.append(tx, unit_id, "resolve_unit_contact", REVEAL_ARTICLE, detail, tenant_id=unit.tenant_id)
    return contact_of(tx, row) if row else None


def contact_of(tx: Tx, row: RowMapping) -> Contact:
    """A row of `contacts`, opened."""
    opened = json.loads(unsealed(tx.settings, row["sealed"], row["contact_id"]))
    return Contact(row["contact_id"], row["unit_id"], Purpose(row["purpose"]), opened["name"], opened["phone"], row["version"])


def hand_over_contacts(tx: Tx, unit_id: str, successor_id: str) -> None:
    """Every contact of a merged unit is its successor's."""
    moved = tx.run(tx.update(contacts).where(contacts.c.unit_id == unit_id).values(unit_id=successor_id, version=contacts.c.version + 1))
    if moved:
        journal.append(tx, successor_id, "hand_over_contacts", ARTICLE, {"from": unit_id, "count": moved})


def _load(tx: Tx, contact_id: str) -> Contact:
    row = tx.one(tx.select(contacts).where(contacts.c.contact_id == contact_id))
    if row is None:
        raise Missing(f"没有编号为 {contact_id} 的联系人，请核对后重试")
    return contact_of(tx, row)


def _edited(tx: Tx, contact_id: str, version: int) -> Contact:
    contact = _load(tx, contact_id)
    own_unit(tx, contact.unit_id)
    if contact.version != version:
        raise Stale(f"该联系人在您查看之后已有变动（现为第{contact.version}版），请刷新后重试")
    return contact


def _checked(contact: Contact) -> Contact:
    if not _PHONE.fullmatch(contact.phone):
        raise Invalid("phone", "电话号码格式有误，应为手机号或带区号的固定电话，例如 0533-1234567")
    return contact


def _row(tx: Tx, contact: Contact) -> dict[str, str | int | bytes]:
    plain = json.dumps({"name": contact.name, "phone": contact.phone}, ensure_ascii=False).encode()
    return {
        "contact_id": contact.contact_id,
        "unit_id": contact.unit_id,
        "purpose": contact.purpose.value,
        "sealed": sealed(tx.settings, plain, contact.contact_id),
        "version": contact.version,
    }


def _record(tx: Tx, contact: Contact, verb: str) -> None:
    detail = {"contact_id": contact.contact_id, "purpose": contact.purpose.value, "version": contact.version}
    journal.append(tx, contact.unit_id, verb, ARTICLE, detail)
