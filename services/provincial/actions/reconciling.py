"""Both sides' books of a local day, held against each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from chassis.clock import LOCAL
from chassis.store import Tx
from services.provincial import wire
from services.provincial.lifecycle import FeedbackKind
from services.provincial.rules.comparing import Book, Difference, differences
from services.provincial.store import feedback, keeping, messages

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Books:
    """What the province says of a day: what it sent, by its own instant; what it was told, by ours."""

    sent: Book
    told: Book


def reconcile(tx: Tx, province: str, day: dt.date, there: Books) -> list[Difference]:
    """Every difference of a day, kept for whoever looks."""
    begin = dt.datetime.combine(day, dt.time(), LOCAL)
    sent = messages.sent_between(tx, province, begin, begin + DAY)
    taken = feedback.taken_between(tx, province, begin, begin + DAY)
    told = {(row["number"], row["feedback_id"]): wire.kind_told(FeedbackKind(row["kind"])) for row in taken}
    found = [*differences("sent", sent, there.sent), *differences("told", told, there.told)]
    compared = len(sent.keys() | there.sent.keys()) + len(told.keys() | there.told.keys())
    keeping.keep_reconciliation(tx, province, day.isoformat(), compared, [asdict(each) for each in found])
    return found
