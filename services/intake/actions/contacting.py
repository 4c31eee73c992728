"""How callers are reached by whoever sends and dials, and which are left alone (Art. 17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis import journal
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.actions.telling import record
from services.intake.keyring import keyring_of
from services.intake.lifecycle import SECRECY
from services.intake.rules.content import phone_of
from services.intake.rules.phones import NoNumber, Phone, read_phone
from services.intake.store import callers, stops
from services.intake.store import tickets as rows

FOUND, STOPPED, NONE = "found", "stopped", "none"


def resolve_contact(tx: Tx, ticket_id: str, purpose: str, message_id: str) -> tuple[str, str, str]:
    """Whether a ticket's caller may be reached, the number and the language if so; journalled with what for. Raises Missing."""
    rows.ask_ahead(tx, ticket_id)
    callers.ask_ahead(tx, ticket_id)
    journal.ask_ahead(tx, ticket_id)
    ticket = rows.load(tx, ticket_id)
    if ticket.tenant_id != tx.by.tenant_id:
        raise Missing(f"没有编号为 {ticket_id} 的工单，请核对后重试")
    left, language = callers.contact_of(tx, ticket)
    phone = _dialled(left)
    state = FOUND if phone else NONE
    if phone and stops.find(tx, keyring_of(tx.settings).find(ticket.tenant_id, phone.e164)) is not None:
        state = STOPPED
    record(tx, ticket, "resolve_contact", SECRECY.code, purpose=purpose, message=message_id, state=state)
    return (state, phone.digits, language) if phone and state == FOUND else (state, "", "")


def stop_number(tx: Tx, phone: str, reason: str) -> Mapping[Any, Any]:
    """Leave a number alone; one that is so already stays as it was. Raises Invalid without a reason and for what names nobody."""
    if not reason:
        raise Invalid("reason", "reason：请选择停止联系的原因")
    row, fresh = stops.add(tx, _hash(tx, phone), reason)
    if fresh:
        journal.append(tx, row["stop_id"], "stop_number", SECRECY.code, {"reason": reason})
    return row


def release_number(tx: Tx, phone: str) -> None:
    """It may be reached again. Raises Invalid, and Missing for one that is not on the list."""
    found = _hash(tx, phone)
    row = stops.find(tx, found)
    if row is None:
        raise Missing("该号码不在停止联系名单中，请核对后重试")
    stops.remove(tx, found)
    journal.append(tx, row["stop_id"], "release_number", SECRECY.code)


def list_stops(tx: Tx, page: Page) -> tuple[list[Mapping[Any, Any]], str]:
    """The newest first; whose they are is told to nobody."""
    return stops.page_of(tx, page)


def _dialled(text: str) -> Phone | None:
    """The number a caller left, if it names somebody and can be dialled."""
    try:
        phone = read_phone(text) if text else None
    except NoNumber:
        return None
    return phone if phone is not None and phone.is_identity else None


def _hash(tx: Tx, text: str) -> bytes:
    phone = phone_of(text, "phone")
    if phone is None or not phone.is_identity:
        raise Invalid("phone", "phone：请填写诉求人的手机或固定电话号码，服务短号不能列入停止联系名单")
    return keyring_of(tx.settings).find(tx.by.tenant_id, phone.e164)
