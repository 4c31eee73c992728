"""A message of the province's is begun, then taken or refused: two transactions, with the asking of intake between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chassis import journal
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.provincial.v1.events_pb2 import DecisionReceived, UrgingReceived
from regulation.calendar import national
from services.provincial.actions import dating
from services.provincial.lifecycle import FeedbackKind, MessageKind, Refusal
from services.provincial.rules.clocks import expected, is_producible
from services.provincial.rules.dates import Word
from services.provincial.rules.mapping import Warning as Said
from services.provincial.rules.receiving import Verdict, digest_of, judge
from services.provincial.sealed import digest_key
from services.provincial.store import copies, feedback, keeping, messages, orders
from services.provincial.store.feedback import Fact
from services.provincial.wire import Inbound

CHANNEL, RECORD = "2", "10"


@dataclass(frozen=True)
class Begun:
    """What becomes of a message, and the ticket that its order is, where it is one already.

    `first`: it is the message that brought its order; another of the kind corrects it.
    """

    verdict: Verdict
    first: bool = True
    ticket_id: str = ""
    ticket_number: str = ""


def begin(tx: Tx, province: str, message: Inbound) -> Begun:
    """Judge a message, and keep that it came before anybody is asked to take it."""
    digest = digest_of(digest_key(tx.settings), message.content)
    order = orders.by_number(tx, message.number)
    ticket_id = (order["ticket_id"] or "") if order else ""
    verdict = judge(message.kind, digest, messages.known(tx, message.number, message.version), has_ticket=bool(ticket_id))
    if verdict is Verdict.TAKE:
        messages.begin(tx, province, message.number, message.version, message.kind, digest, message.sent_at)
        if order is None:
            _begin_order(tx, province, message)
    if order is None:
        return Begun(verdict)
    return Begun(verdict, order["first_version"] == message.version, ticket_id, order["ticket_number"])


def take(tx: Tx, province: str, message: Inbound, ticket_id: str, ticket_number: str, warnings: Sequence[Said]) -> None:
    """Intake has it, or what it says is ours to tell: from here on it may be acknowledged. Safe to repeat."""
    if not messages.note_taken(tx, message.number, message.version, [asdict(each) for each in warnings]):
        return
    if message.kind is MessageKind.ORDER:
        bind(tx, message.number, ticket_id, ticket_number)
        receipt = Fact(f"receipt:{message.number}", FeedbackKind.RECEIPT, ticket_id, tx.now, {"ticket_number": ticket_number})
        feedback.add(tx, receipt, province, message.number)
    elif message.kind is MessageKind.URGING:
        tx.tell(UrgingReceived(**_about(tx, message, ticket_id)), ticket_id, message.version)
    elif message.kind is MessageKind.DECISION:
        decided = DecisionReceived(
            asked=message.asked, granted=message.granted, days=message.days, **_about(tx, message, ticket_id)
        )  # fmt: skip
        tx.tell(decided, ticket_id, message.version)
    dating.hear_date(tx, message, ticket_id)
    detail = {"province": province, "number": message.number, "version": message.version, "kind": message.kind.value}
    journal.append(tx, ticket_id, "take_message", CHANNEL, detail)


def bind(tx: Tx, number: str, ticket_id: str, ticket_number: str) -> None:
    """An order is a ticket of ours: what waited to hear so may be told."""
    order = orders.by_number(tx, number, lock=True)
    if order is not None and not (order["ticket_id"] and order["ticket_number"]):
        orders.bind(tx, number, ticket_id, ticket_number)
        feedback.adopt(tx, ticket_id, order["province"], number)


def refuse(tx: Tx, province: str, code: Refusal, reason: str, message: Inbound | None = None) -> None:
    """It is not taken: who looks later finds why, and of it nothing else is left."""
    number, version = (message.number, message.version) if message else ("", 0)
    if message is not None and code is Refusal.NOT_TAKEN:
        messages.forget(tx, number, version)
        if not messages.any_of(tx, number):
            orders.forget(tx, number)
    keeping.refuse(tx, code, reason, province, number, version)


def _begin_order(tx: Tx, province: str, message: Inbound) -> None:
    facts: dict[str, Any] = {"urgent": message.urgent, "calendar": national(), "policy": copies.policy_of(tx)}
    due_at = message.due_at
    orders.begin(
        tx, province, message.number, message.version,
        urgent=message.urgent,
        provincial_due_at=due_at,
        words=[Word(message.version, due_at)] if due_at else [],
        expected_at=expected(tx.now, **facts),
        flagged=due_at is not None and not is_producible(due_at, message.sent_at, **facts),
    )  # fmt: skip


def _about(tx: Tx, message: Inbound, ticket_id: str) -> dict[str, Any]:
    told = orders.standing_of(tx, ticket_id)
    named = {name: told[name] if told else "" for name in ("order_id", "unit_id")}
    return {"ticket_id": ticket_id, "provincial_number": message.number, "at": stamp(tx.now), "version": message.version, **named}
