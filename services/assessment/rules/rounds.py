"""What became of each round of an order, in the words that rates are made of: marks it bears, and days it lies on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regulation.deadlines import Kind
from regulation.instants import closing_day, local_day
from services.assessment.rules.told import Date, Mark, Order, State

ANSWER = frozenset({Kind.HANDLE, Kind.EXTENSION, Kind.PROMISE, Kind.DEFICIENT, Kind.REWORK, Kind.RESULT})
"""Kinds of the one date by which a round's answer is due; each is the next version of the one before."""

CLOSING_VERBS = frozenset({"close_satisfied", "close_dissatisfied", "close_unreachable"})
MARK_VERBS = CLOSING_VERBS | {
    "sign_in", "submit_first_report", "downgrade", "request_return", "grant_extension", "send_back_reply", "pass_review",
    "record_ratings", "find_unreachable", "rework",
}  # fmt: skip
"""Verbs that a rate looks at."""

ABOUT_THE_ROUND_BEFORE = frozenset({"rework"})
"""Verbs after which the order is in its next round."""

MARKS = frozenset({
    "stands", "counted", "sent", "on_time", "answered", "signed_in", "reported", "returned", "extended", "deficient",
    "process_good", "result_good", "unreachable", "reworked", "recurred", "kept_up",
})  # fmt: skip
DAYS = frozenset({"due", "report_due", "delivered", "passed", "rated", "called_back", "ended", "closed", "kept_by"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a definition sets beside its rates: within how long signing in is prompt, and which ratings are good."""

    sign_in_within: dt.timedelta
    good: frozenset[str]


@dataclass(frozen=True, slots=True)
class Round:
    """A round (轮次) of a unit, as rates see it."""

    number: int
    unit_id: str
    handling_tenant_id: str
    marks: frozenset[str]
    days: Mapping[str, dt.date]


def rounds_of(order: Order, terms: Terms, outer_ratings: Iterable[Mark] = ()) -> list[Round]:
    """Every round that was delivered. An inner order's is rated by what its outer one obtained while it was the newest (7(2))."""
    ratings = _ratings(order, list(outer_ratings))
    found = []
    for number, lead in sorted(order.leads.items()):
        answers = [date for date in order.dates.values() if date.round == number and date.kind in ANSWER]
        if answers:
            due = max(answers, key=lambda date: date.version)
            seen = _Seen(order, number, due, lead.began[1], ratings.get(number))
            found.append(Round(number, due.unit_id, lead.handled[1], seen.marks(terms), seen.days()))
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """A round with the date in force, its delivery and its rating."""

    order: Order
    number: int
    due: Date
    delivered_at: dt.datetime
    rating: Mark | None

    def marks(self, terms: Terms) -> frozenset[str]:
        """What it bears."""
        return frozenset(name for name, holds in self._marks(terms).items() if holds)

    def _marks(self, terms: Terms) -> dict[str, bool]:
        stands = self.due.state is not State.VOID
        returned, late_return = bool(self._done("request_return")), any(mark.late for mark in self._done("request_return"))
        signed = self._first("sign_in", "submit_first_report")
        rating, report = self.rating, self._report()
        return {
            "stands": stands,
            # 20: void rounds are out, but for the late return of 11(6); 11(4): what waits for the hub's decision is not judged yet.
            "counted": late_return or (stands and self.due.state is not State.HELD),
            "sent": stands or returned,
            "on_time": stands and not late_return and not self._breached() and self._in_time(self.due),
            "answered": stands and self.due.stopped_at is not None,
            "signed_in": signed is not None and signed.at - self.delivered_at <= terms.sign_in_within,
            "reported": report is not None and self._in_time(report),
            "returned": returned,
            "extended": bool(self._done("grant_extension")),
            "deficient": bool(self._done("send_back_reply")),
            "process_good": rating is not None and rating.process in terms.good,
            "result_good": rating is not None and rating.result in terms.good,
            "unreachable": rating is None and bool(self._done("find_unreachable")),
            "reworked": bool(self._done("rework")),
            "recurred": self.order.recurred and bool(self._done(*CLOSING_VERBS)),
        }

    def days(self) -> dict[str, dt.date]:
        """On which days it lies."""
        report, passed = self._report(), self._first("pass_review")
        closed, reworked = self._first(*CLOSING_VERBS), self._first("rework")
        called = self.rating or self._first("find_unreachable")
        ended = closed or reworked
        told: dict[str, dt.date | None] = {
            "due": closing_day(self.due.deadline_at),
            "report_due": closing_day(report.deadline_at) if report else None,
            "delivered": local_day(self.delivered_at),
            "passed": _day(passed),
            "rated": _day(self.rating),
            "called_back": _day(called),
            "ended": _day(ended),
            "closed": _day(closed),
        }
        return {name: day for name, day in told.items() if day is not None}

    def _report(self) -> Date | None:
        """13: the first report's date, unless its ground fell away."""
        ours = [date for date in self.order.dates.values() if date.round == self.number and date.kind is Kind.FIRST_REPORT]
        newest = max(ours, key=lambda date: date.version, default=None)
        return newest if newest and newest.state is not State.VOID else None

    def _breached(self) -> bool:
        """13: a downgrade erases no breach."""
        return any(mark.late for mark in self._done("downgrade"))

    def _done(self, *verbs: str) -> list[Mark]:
        return [mark for _, mark in sorted(self.order.marks.items()) if mark.round == self.number and mark.verb in verbs]

    def _first(self, *verbs: str) -> Mark | None:
        return next(iter(self._done(*verbs)), None)

    @staticmethod
    def _in_time(date: Date) -> bool:
        """At the instant of the deadline is in time; what is held is not answered yet."""
        return date.state is State.STOPPED and date.stopped_at is not None and date.stopped_at <= date.deadline_at


def _ratings(order: Order, outer: list[Mark]) -> dict[int, Mark]:
    """The newest rating of each round."""
    if not order.about.outer_order_id:
        return {mark.round: mark for mark in order.ratings}
    return {number: mark for mark in outer if (number := _newest_at(order, mark.at))}


def _newest_at(order: Order, at: dt.datetime) -> int:
    """The round delivered last before an instant; 0 for none."""
    return max((number for number, lead in order.leads.items() if lead.began[1] <= at), default=0)


def _day(mark: Mark | None) -> dt.date | None:
    return local_day(mark.at) if mark else None
