"""provincial's own words ↔ messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.enums import word_of
from chassis.stamps import stamp
from hotline.provincial.v1 import feedback_pb2 as feedback
from hotline.provincial.v1 import received_pb2 as received
from services.provincial.lifecycle import FeedbackState
from services.provincial.rules.clocks import Clocks

Row = Mapping[Any, Any]


def state_of(number: feedback.FeedbackState.ValueType) -> FeedbackState | None:
    """A state from its number; None for UNSPECIFIED."""
    return FeedbackState(word_of(feedback.FeedbackState.DESCRIPTOR, number)) if number else None


def order_message(row: Row) -> received.ProvincialOrder:
    """An order with both dates."""
    clocks = Clocks(row["provincial_due_at"], row["due_at"] or row["expected_at"], row["ruling_at"])
    return received.ProvincialOrder(
        province=row["province"],
        provincial_number=row["number"],
        ticket_id=row["ticket_id"] or "",
        ticket_number=row["ticket_number"],
        order_id=row["order_id"] or "",
        unit_id=row["unit_id"] or "",
        received_at=stamp(row["received_at"]),
        provincial_due_at=stamp(clocks.provincial_at),
        due_at=stamp(clocks.own_at),
        estimated=row["due_at"] is None,
        ruling_at=stamp(clocks.ruling_at),
        flagged=row["flagged"],
    )


def received_message(row: Row) -> received.ReceivedMessage:
    """A message of the province's."""
    return received.ReceivedMessage(
        province=row["province"],
        provincial_number=row["number"],
        version=row["version"],
        kind=received.MessageKind.Value(f"MESSAGE_KIND_{row['kind'].upper()}"),
        ticket_id=row["ticket_id"] or "",
        sent_at=stamp(row["sent_at"]),
        received_at=stamp(row["received_at"]),
        taken_at=stamp(row["taken_at"]),
        warnings=(received.Warning(**each) for each in row["warnings"]),
    )


def refused_message(row: Row) -> received.RefusedMessage:
    """Something that was refused."""
    return received.RefusedMessage(
        province=row["province"],
        provincial_number=row["number"],
        version=row["version"],
        code=row["code"],
        reason=row["reason"],
        at=stamp(row["at"]),
    )


def feedback_message(row: Row) -> feedback.Feedback:
    """Something that the province is told."""
    return feedback.Feedback(
        feedback_id=row["feedback_id"],
        province=row["province"],
        provincial_number=row["number"],
        ticket_id=row["ticket_id"],
        kind=feedback.FeedbackKind.Value(f"FEEDBACK_KIND_{row['kind'].upper()}"),
        state=feedback.FeedbackState.Value(f"FEEDBACK_STATE_{row['state'].upper()}"),
        at=stamp(row["at"]),
        ended_at=stamp(row["ended_at"]),
        tries=row["tries"],
        reason=row["reason"],
    )


def reconciliation_message(row: Row) -> feedback.Reconciliation:
    """What a day's comparison found."""
    found = (
        feedback.Difference(side=each["side"], code=each["code"], provincial_number=each["number"], message=each["message"])
        for each in row["differences"]
    )
    return feedback.Reconciliation(
        province=row["province"], day=row["day"], at=stamp(row["at"]), compared=row["compared"], differences=found
    )  # fmt: skip
