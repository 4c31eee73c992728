"""11(4), 11(6), 11(7): what a unit asks for, and what the hub decides."""

from __future__ import annotations

from chassis.store import Tx
from services.dispatch.actions import coordinating
from services.dispatch.actions.changing import Seen, change
from services.dispatch.actions.telling import tell_request
from services.dispatch.lifecycle import Verb
from services.dispatch.rules import extending, promising, returning
from services.dispatch.rules.act import Act
from services.dispatch.rules.coordinating import Cause
from services.dispatch.rules.order import Order
from services.dispatch.rules.promising import Promise
from services.dispatch.store import copies


def request_return(tx: Tx, seen: Seen, reason: str, basis: str, suggested_unit_id: str) -> Order:
    """11(6): the suggested unit is one of the order's own tenant."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        suggested = copies.unit_of(owner, suggested_unit_id)
        return returning.request_return(order, returning.Grounds(reason, basis, suggested), act)

    asked = change(tx, Verb.REQUEST_RETURN, seen, rule, reason=reason, basis=basis, suggested_unit=suggested_unit_id)
    return _told(tx, asked)


def grant_return(tx: Tx, seen: Seen, reason: str) -> Order:
    """11(6); the third opens a coordination case (16)."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        granted = returning.grant_return(order, reason, act)
        if granted.coordinate_since is not None and order.coordinate_since is None:
            coordinating.keep_case(owner, granted, Cause.RETURNS, f"同一诉求已回退{granted.returns}次", ())
        return granted

    return change(tx, Verb.GRANT_RETURN, seen, rule, reason=reason)


def refuse_return(tx: Tx, seen: Seen, reason: str) -> Order:
    """11(6)."""
    return change(tx, Verb.REFUSE_RETURN, seen, lambda order, act, _owner: returning.refuse_return(order, reason, act), reason=reason)


def request_extension(tx: Tx, seen: Seen, days: int, reason: str) -> Order:
    """11(4)."""
    asked = change(
        tx, Verb.REQUEST_EXTENSION, seen, lambda order, act, _owner: extending.request_extension(order, days, reason, act),
        days=days, reason=reason,
    )  # fmt: skip
    return _told(tx, asked)


def grant_extension(tx: Tx, seen: Seen, days: int | None, reason: str) -> Order:
    """11(4)."""
    return change(
        tx, Verb.GRANT_EXTENSION, seen, lambda order, act, _owner: extending.grant_extension(order, days, reason, act),
        days=days, reason=reason,
    )  # fmt: skip


def refuse_extension(tx: Tx, seen: Seen, reason: str) -> Order:
    """11(4)."""
    return change(tx, Verb.REFUSE_EXTENSION, seen, lambda order, act, _owner: extending.refuse_extension(order, reason, act), reason=reason)


def request_progress_report(tx: Tx, seen: Seen, made: Promise) -> Order:
    """11(7)."""
    asked = change(
        tx, Verb.REQUEST_PROGRESS_REPORT, seen, lambda order, act, _owner: promising.request_progress_report(order, made, act),
        promised_on=made.promised_on.isoformat() if made.promised_on else None, reason=made.reason,
    )  # fmt: skip
    return _told(tx, asked)


def grant_progress_report(tx: Tx, seen: Seen, reason: str) -> Order:
    """11(7)."""
    return change(
        tx, Verb.GRANT_PROGRESS_REPORT, seen, lambda order, act, _owner: promising.grant_progress_report(order, reason, act),
        reason=reason,
    )  # fmt: skip


def refuse_progress_report(tx: Tx, seen: Seen, reason: str) -> Order:
    """11(7)."""
    return change(
        tx, Verb.REFUSE_PROGRESS_REPORT, seen, lambda order, act, _owner: promising.refuse_progress_report(order, reason, act),
        reason=reason,
    )  # fmt: skip


def _told(tx: Tx, asked: Order) -> Order:
    """The province hears of it by its own link."""
    with tx.acting_for(asked.tenant_id) as owner:
        tell_request(owner, asked)
    return asked
