"""What whoever raised a ticket may know of it (Art. 10, 11(1)): by its number and the end of the telephone number that was left."""

from __future__ import annotations

import hmac
from dataclasses import replace

from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.actions.listing import Shown
from services.intake.rules.masking import Caller
from services.intake.rules.phones import NoNumber, read_phone
from services.intake.rules.ticket import Ticket
from services.intake.store import callers, supplements
from services.intake.store import tickets as rows
from services.intake.store.tickets import Filter

SUFFIX = 4
# The same whichever is wrong, and where no number was left: nobody learns by trying which tickets there are.
UNKNOWN = "没有查到：请核对工单编号和登记时所留电话的后四位；未留电话的工单请拨打12345查询"


def track_ticket(tx: Tx, number: str, phone_suffix: str) -> Shown:
    """A ticket of the caller's tenant. Raises Invalid for what is no suffix, and Missing for a pair that does not fit."""
    if phone_suffix and not (len(phone_suffix) == SUFFIX and phone_suffix.isdigit()):
        raise Invalid("phone_suffix", f"phone_suffix：请填写登记时所留电话的最后 {SUFFIX} 位数字")
    ticket = rows.find(tx, number.strip().upper())
    if ticket is None or not (_is_own(tx, ticket) or _ends_so(tx, ticket, phone_suffix)):
        raise Missing(UNKNOWN)
    seen = ticket if _is_own(tx, ticket) else replace(ticket, text="")
    return Shown(seen, Caller(), supplements.load_all(tx, ticket.ticket_id))


def list_tracked_tickets(tx: Tx, chosen: Filter, page: Page) -> tuple[list[Ticket], str]:
    """A page of what the calling system registered, newest first."""
    return rows.page_of(tx, replace(chosen, registered_by=tx.by.id), page)


def _is_own(tx: Tx, ticket: Ticket) -> bool:
    return tx.by.kind == "system" and ticket.registered_by == tx.by.id


def _ends_so(tx: Tx, ticket: Ticket, suffix: str) -> bool:
    """Whether the number that was left ends in these digits."""
    try:
        digits = read_phone(callers.open_caller(tx, ticket)[0].phone).digits
    except NoNumber:
        digits = ""
    return len(suffix) == SUFFIX and hmac.compare_digest(digits[-SUFFIX:], suffix)
