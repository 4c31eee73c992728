"""Closed tickets by the hundred, put into intake's store as its own actions would leave them."""

from datetime import timedelta

from chassis.caller import Caller
from chassis.store import Tx
from services.intake.lifecycle import State
from services.intake.rules.ticket import Ticket
from services.intake.store import tickets as rows
from tests.services.intake.desk import CITY, Desk
from tests.services.intake.learning.sayings import sayings
from tests.services.intake.rules.facts import NOON, ticket


def close_many(desk: Desk, count: int, prefix: str = "closed", *, wrong_from: int | None = None) -> None:
    """Closed tickets, one an hour; from `wrong_from` on, people decided all of them to be of one category."""
    made = [_ticket(f"{prefix}-{number}", number, category, text, wrong_from) for number, (category, text) in enumerate(sayings(count))]

    def insert(tx: Tx) -> None:
        for each in made:
            rows.insert(tx, each)

    desk.store.write(Caller.timer("intake", CITY), insert)


def _ticket(ticket_id: str, number: int, category: str, text: str, wrong_from: int | None) -> Ticket:
    decided = "12.01.01" if wrong_from is not None and number >= wrong_from else category
    return ticket(
        ticket_id=ticket_id,
        number=ticket_id,
        state=State.CLOSED,
        category=decided,
        title=text[:6],
        text=text,
        received_at=NOON + timedelta(hours=number),
    )
