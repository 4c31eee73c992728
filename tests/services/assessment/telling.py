"""Lives of orders as dispatch tells them, for the tests of facts and rates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.caller import Caller
from chassis.store import Store
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.assessment.actions import hearing
from services.assessment.words import told_of

BEGIN = datetime.fromisoformat("2025-03-03T10:00:00+08:00").astimezone(UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RUNNING, HELD, STOPPED, VOID = (
    dispatch.CLOCK_STATE_RUNNING,
    dispatch.CLOCK_STATE_HELD,
    dispatch.CLOCK_STATE_STOPPED,
    dispatch.CLOCK_STATE_VOID,
)
HANDLE, RESULT, REPORT = ticket.DEADLINE_KIND_HANDLE, ticket.DEADLINE_KIND_RESULT, ticket.DEADLINE_KIND_FIRST_REPORT
REWORK, EXTENSION, DEFICIENT = ticket.DEADLINE_KIND_REWORK, ticket.DEADLINE_KIND_EXTENSION, ticket.DEADLINE_KIND_DEFICIENT
GOOD, FAIR, BAD = dispatch.RATING_SATISFIED, dispatch.RATING_FAIR, dispatch.RATING_DISSATISFIED


def stamp(at: datetime) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(at)
    return found


class Life:
    """An order, event by event; each verb is told with the dates it leaves."""

    def __init__(self, order_id: str, unit_id: str = "water", category: str = "01.01.01", begin: datetime = BEGIN, **about: str) -> None:
        self.order_id, self.unit_id, self.category, self.begin = order_id, unit_id, category, begin
        self.about = {"tenant_id": "zibo", "ticket_id": f"ticket-of-{order_id}", "number": f"FZ-{order_id}", **about}
        self.events: list[dispatch.OrderChanged] = []
        self.round = 0
        self.clocks: dict[tuple[int, int, int], dispatch.Clock] = {}

    def deliver(self, at: datetime, due: datetime, kind: int = HANDLE, verb: str = "dispatch") -> Life:
        """A round begins."""
        self.round += 1
        return self.date(kind, due).do(verb, at)

    def date(self, kind: int, due: datetime, version: int = 1, state: int = RUNNING, stopped: datetime | None = None) -> Life:
        """A date as it is from the next event on."""
        clock = dispatch.Clock(
            round=self.round, deadline_version=version, deadline=ticket.Deadline(deadline_at=stamp(due)), unit_id=self.unit_id
        )
        clock.kind, clock.state = kind, state  # type: ignore[assignment]  # numbers of the enums
        if stopped is not None:
            clock.stopped_at.CopyFrom(stamp(stopped))
        self.clocks[self.round, kind, version] = clock
        return self

    def do(self, verb: str, at: datetime, unit_id: str | None = None, **with_: Any) -> Life:
        """An event."""
        order = dispatch.OrderSnapshot(
            order_id=self.order_id,
            unit_id=self.unit_id if unit_id is None else unit_id,
            round=self.round,
            category=self.category,
            version=len(self.events) + 1,
            clocks=[clock for (number, _, _), clock in self.clocks.items() if number >= self.round - 1],
            **self.about,  # type: ignore[arg-type]  # ids
        )
        self.events.append(dispatch.OrderChanged(order=order, verb=verb, at=stamp(at), **with_))
        return self

    def reply(self, at: datetime, due: datetime, kind: int = HANDLE, version: int = 1) -> Life:
        """The round is answered."""
        return self.date(kind, due, version, STOPPED, at).do("reply", at)

    def close(self, at: datetime, process: int = GOOD, result: int = GOOD) -> Life:
        """Reviewed, rated and closed within three hours."""
        self.do("pass_review", at).do("record_ratings", at + HOUR, process=process, result=result)
        good = BAD not in (process, result)
        return self.do("close_satisfied" if good else "close_dissatisfied", at + 2 * HOUR)


def closed(order_id: str, unit_id: str = "water", *, late: bool = False, begin: datetime = BEGIN, **about: Any) -> Life:
    """Dispatched, signed in, replied to, rated and closed."""
    due = begin + 7 * DAY
    life = Life(order_id, unit_id, begin=begin, **{name: value for name, value in about.items() if name not in ("process", "result")})
    life.deliver(begin, due).do("sign_in", begin + HOUR)
    life.reply(due + HOUR if late else due, due)
    return life.close(due + DAY, about.get("process", GOOD), about.get("result", GOOD))


def tell(store: Store, events: Iterable[dispatch.OrderChanged], together: int = 64) -> None:
    """As the worker takes them in: so many of one owner in a transaction."""
    for tenant, told in groupby(events, key=lambda event: event.order.tenant_id):
        left = [told_of(event) for event in told]
        while left:
            now, left = left[:together], left[together:]
            store.write(Caller.peer("dispatch", tenant), partial(hearing.take_orders, events=now))
