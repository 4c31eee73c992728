"""The province's own date moves: by a decision (11(4)), or by a later message of the order. dispatch stamps what follows."""

from __future__ import annotations

from chassis import journal
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.provincial.v1.events_pb2 import ProvincialDateMoved
from regulation.articles import NotAllowed
from regulation.calendar import NoCalendar, national
from services.provincial.lifecycle import FeedbackKind, MessageKind
from services.provincial.rules.dates import Word, date_of
from services.provincial.store import copies, feedback, orders
from services.provincial.wire import Inbound

HANDLING = "11-3"
POSTPONED = frozenset({"extension", "progress_report"})


def hear_date(tx: Tx, message: Inbound, ticket_id: str) -> None:
    """What a message says of its order's date, told to dispatch where that moves it. Safe in any order, and once for each message."""
    word = _word(tx, message, ticket_id)
    known = orders.by_number(tx, message.number) if word else None
    if word is None or known is None or word in orders.words_of(known):
        return
    order = orders.by_number(tx, message.number, lock=True) or known
    words = [each for each in orders.words_of(order) if each.version != word.version] + [word]
    try:
        due_at = date_of(words, calendar=national(), policy=copies.policy_of(tx))
    except (NoCalendar, NotAllowed):
        return
    version = orders.move(tx, order, words, due_at)
    if due_at is None or due_at == order["provincial_due_at"]:
        return
    moved = ProvincialDateMoved(ticket_id=ticket_id, provincial_number=message.number, due_at=stamp(due_at), version=version)
    tx.tell(moved, ticket_id, version)
    journal.append(tx, ticket_id, "move_date", HANDLING, {"number": message.number, "due_at": due_at.isoformat(), "move": version})


def _word(tx: Tx, message: Inbound, ticket_id: str) -> Word | None:
    """A date of its own, or days that were granted; where it names none, as many as were asked for."""
    if message.kind is MessageKind.ORDER:
        return Word(message.version, message.due_at) if message.due_at else None
    if message.kind is not MessageKind.DECISION or not message.granted or message.asked not in POSTPONED:
        return None
    if message.due_at is not None:
        return Word(message.version, message.due_at)
    asked = feedback.newest(tx, ticket_id, FeedbackKind.EXTENSION_REQUEST) if message.asked == "extension" else None
    days = message.days or (int(asked["content"]["days"]) if asked else 0)
    return Word(message.version, days=days) if days else None
