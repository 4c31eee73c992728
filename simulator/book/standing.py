"""Where an order must stand after what was done to it: a method for each verb of Art. 11, and the dates that follow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from regulation import terms
from regulation.calendar import Calendar
from regulation.instants import closing, local_day
from regulation.policy import Policy
from regulation.terms import Deadline, Kind, Source
from simulator.book.dates import LIT, Kept
from simulator.book.rounds import Asked, Round

VOID_ENDINGS = frozenset({"RETURNED", "RECALLED", "WITHDRAWN", "LAPSED"})


@dataclass(frozen=True)
class Law:
    """A tenant's calendar and choices."""

    calendar: Calendar
    policy: Policy


@dataclass
class Standing:
    """An order by the book. `outer_due`: of an inner order, the date that its own never exceeds (7(2))."""

    law: Law
    source: Source
    urgent: bool
    unit_id: str = ""
    state: str = "PENDING"
    closing: str = "UNSPECIFIED"
    returns: int = 0
    reworks: int = 0
    coordinating: bool = False
    supplements: int = 0
    rounds: list[Round] = field(default_factory=list)
    dates: list[Kept] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)
    outer_due: Deadline | None = None
    outer_report: Deadline | None = None

    @property
    def round(self) -> Round:
        """The open round, or the last."""
        return self.rounds[-1]

    @property
    def due(self) -> Kept:
        """The date by which the open round's answer is due: the last that was set."""
        return [each for each in self.dates if each.round == self.round.number and each.kind in LIT][-1]

    @property
    def asked(self) -> Asked:
        """The last request."""
        return self.requests[-1]

    def open_order(self, at: datetime) -> None:
        """11(2): the hub has its own date."""
        self._begin(self._hub_date(at), "", number=1)

    def dispatch(self, at: datetime, unit_id: str, result_days: int = 0) -> None:
        """11(2), 11(3), 13: a round begins with its dates."""
        self.dates[-1].answered_at = at
        self.unit_id, self.state = unit_id, "DISPATCHED"
        self._deliver(at, self.outer_due or self._term(at, result_days), self.outer_report or self._report(at))

    def decide_coordination(self, _at: datetime) -> None:
        """16: the decision; what it dispatches is a step of its own."""
        self.coordinating = False

    def hand_on_to(self, at: datetime, unit_id: str) -> None:
        """7(2): how an inner order begins."""
        if self.outer_due is None:
            raise ValueError("an inner order without its outer date")
        self.unit_id, self.state = unit_id, "DISPATCHED"
        self._deliver(at, self.outer_due, self.outer_report)

    def recall(self, at: datetime) -> None:
        """11(2): the round is void, the hub's old date runs on."""
        hub = [each.deadline for each in self.dates if each.kind is Kind.DISPATCH]
        self._end("RECALLED", at)
        self._begin(hub[-1] if hub else self._hub_date(at), "", number=self.round.number + 1)
        self.state, self.unit_id = "PENDING", ""

    def sign_in(self, at: datetime) -> None:
        """签收."""
        self.state, self.round.signed_in = "HANDLING", at

    def hand_on(self, at: datetime) -> None:
        """7(2): 转交 signs in, and moves no date."""
        self.state, self.round.signed_in = "HANDLING", self.round.signed_in or at

    def submit_first_report(self, at: datetime) -> None:
        """13: 初步处置情况, which signs in as well."""
        self._answer(at, {Kind.FIRST_REPORT})
        self.round.reported = at
        self.sign_in(self.round.signed_in or at)

    def reply(self, at: datetime) -> None:
        """11(5): every date of the round that still ran is answered; a return asked for lapses."""
        if self.requests and self.asked.open and self.asked.facet == "RETURN":
            self.asked.decide("LAPSED", at)
        self._answer(at, frozenset(Kind))
        self.state, self.round.replied = "REPLIED", at

    reply_with_explanation = reply

    def request_extension(self, at: datetime, days: int) -> None:
        """11(4): red and urging wait."""
        self._ask("EXTENSION", at, days=days)
        self.due.held_at, self.due.undecided = at, True

    def grant_extension(self, at: datetime, days: int = 0) -> None:
        """11(4): the old date + n working days; what was answered meanwhile is held against the new one."""
        old = self.due
        given = days or self.asked.days
        fresh = terms.extension_deadline(
            old.deadline.deadline_at, given, self.source, urgent=self.urgent, calendar=self.law.calendar, policy=self.law.policy
        )
        self._begin(fresh, self.unit_id, answered_at=old.answered_at)
        old.undecided, old.replaced_at = False, at
        self.asked.decide("GRANTED", at)
        self.round.extensions += 1

    def refuse_extension(self, at: datetime) -> None:
        """11(4): the old date stands."""
        self.due.undecided, self.due.held_at = False, None
        self.asked.decide("REFUSED", at)

    def request_progress_report(self, at: datetime, promised_on: date) -> None:
        """11(7): red and urging wait."""
        self._ask("PROGRESS_REPORT", at, promised_on=promised_on)
        self.due.held_at, self.due.undecided = at, True

    def grant_progress_report(self, at: datetime) -> None:
        """11(7): the interim report answered the old date when it was asked for; the promised day has lights of its own."""
        old, asked = self.due, self.asked
        fresh = terms.promise_deadline(
            asked.promised_on, asked_at=asked.at, old_deadline_at=old.deadline.deadline_at, source=self.source,
            urgent=self.urgent, calendar=self.law.calendar, policy=self.law.policy,
        )  # fmt: skip
        self._begin(fresh, self.unit_id, answered_at=old.answered_at)
        old.undecided, old.held_at, old.answered_at = False, None, asked.at
        asked.decide("GRANTED", at)
        self.round.promises += 1

    refuse_progress_report = refuse_extension

    def request_return(self, at: datetime) -> None:
        """11(6): late, the round counts as overdue whatever becomes of it."""
        ran = [each for each in self.dates if each.kind is Kind.RETURN and each.round == self.round.number][-1]
        late = at > ran.deadline.deadline_at
        self._ask("RETURN", at, late=late)
        self.round.late_return = self.round.late_return or late

    def grant_return(self, at: datetime) -> None:
        """11(6), 11(2): the round is void, and the hub has a fresh working day."""
        self.asked.decide("GRANTED", at)
        self._end("RETURNED", at)
        self._begin(self._hub_date(at), "", number=self.round.number + 1)
        self.returns += 1
        self.coordinating = self.coordinating or self.returns >= self.law.policy.returns_before_coordination
        self.state, self.unit_id = "PENDING", ""

    def refuse_return(self, at: datetime) -> None:
        """11(6): nothing changed."""
        self.asked.decide("REFUSED", at)

    def pass_review(self, at: datetime) -> None:
        """11(8): 回复明确、详实."""
        self.state, self.round.passed = "CALLING_BACK", at

    def send_back_reply(self, at: datetime) -> None:
        """11(8): due is the later of the old date and a working day from now; an inner one's never after the outer's."""
        old = self.due
        fresh = terms.deficient_deadline(old.deadline, at, calendar=self.law.calendar, policy=self.law.policy)
        if fresh != old.deadline:
            fresh = self._capped(fresh)
        if fresh == old.deadline:
            old.answered_at = None
        else:
            self._begin(fresh, self.unit_id)
        self.round.deficient += 1
        self.state, self.round.replied = "HANDLING", None

    def record_attempt(self, _at: datetime) -> None:
        """11(8): a call that obtained nothing."""
        self.round.attempts += 1

    def send_rating_link(self, at: datetime) -> None:
        """11(8)."""
        self.round.link_sent = at

    def record_ratings(self, at: datetime, process: str, result: str, via: str) -> None:
        """11(8): both answers; by phone it was a call as well."""
        self.round.attempts += via == "PHONE"
        self.round.process, self.round.result, self.round.via, self.round.rated = process, result, via, at

    def find_unreachable(self, at: datetime) -> None:
        """11(8): nobody there."""
        self.round.unreachable = at

    def rework(self, at: datetime) -> None:
        """11(9): a new round at the same unit with a fresh term."""
        self._end("REWORKED", at)
        fresh = terms.rework_deadline(at, source=self.source, urgent=self.urgent, calendar=self.law.calendar, policy=self.law.policy)
        self.reworks += 1
        self.state = "DISPATCHED"
        self._deliver(at, fresh, None)

    def close_satisfied(self, at: datetime) -> None:
        """11(10)."""
        self._close(at, "CLOSED", "CLOSED", "SATISFIED")

    def close_dissatisfied(self, at: datetime) -> None:
        """11(10): 或者答复内容符合法律、法规和政策规定."""
        self._close(at, "CLOSED", "CLOSED", "DISSATISFIED_LAWFUL")

    def close_unreachable(self, at: datetime) -> None:
        """11(8), 11(10)."""
        self._close(at, "CLOSED", "CLOSED", "UNREACHABLE")

    def supplement(self, _at: datetime) -> None:
        """10: it moves no date."""
        self.supplements += 1

    def withdraw(self, at: datetime) -> None:
        """The caller took it back."""
        self._close(at, "WITHDRAWN", "WITHDRAWN", "WITHDRAWN")

    def lapse(self, at: datetime) -> None:
        """7(2): an inner order ends with the outer round it served."""
        self._close(at, "CLOSED", "LAPSED", "LAPSED")

    def escalate(self, at: datetime) -> None:
        """11(4): it went up to the supervisor."""
        self.asked.escalated = at

    def _hub_date(self, at: datetime) -> Deadline:
        return terms.dispatch_deadline(at, source=self.source, urgent=self.urgent, calendar=self.law.calendar, policy=self.law.policy)

    def _term(self, at: datetime, result_days: int) -> Deadline:
        return terms.handle_deadline(
            at, source=self.source, urgent=self.urgent, days=result_days or None, calendar=self.law.calendar, policy=self.law.policy
        )

    def _report(self, at: datetime) -> Deadline | None:
        if not self.urgent:
            return None
        return terms.first_report_deadline(at, source=self.source, calendar=self.law.calendar, policy=self.law.policy)

    def _deliver(self, at: datetime, due: Deadline, report: Deadline | None) -> None:
        self.rounds.append(Round(len(self.rounds) + 1, self.unit_id, at))
        cap = due.deadline_at if self.urgent or self.outer_due else None
        give_back = terms.return_deadline(
            at, source=self.source, urgent=self.urgent, result_at=cap, calendar=self.law.calendar, policy=self.law.policy
        )  # fmt: skip
        for deadline in (due, give_back, report):
            if deadline:
                self._begin(deadline, self.unit_id)

    def _begin(self, deadline: Deadline, unit_id: str, *, number: int = 0, answered_at: datetime | None = None) -> None:
        self.dates.append(Kept(number or self.round.number, deadline, unit_id, answered_at))

    def _answer(self, at: datetime, kinds: frozenset[Kind] | set[Kind]) -> None:
        for each in self.dates:
            ran = each.round == self.round.number and each.kind is not Kind.DISPATCH and each.state in {"RUNNING", "HELD"}
            if ran and each.kind in kinds and each.answered_at is None:
                each.answered_at = at

    def _ask(self, facet: str, at: datetime, *, days: int = 0, promised_on: date = date.min, late: bool = False) -> None:
        decide_by = None
        if facet != "RETURN":
            day = self.law.calendar.nth_working_day_after(local_day(at), self.law.policy.late_decision_days)
            decide_by = closing(day, self.law.policy.cutoff_minutes)
        self.requests.append(Asked(facet, at, self.round.number, days, promised_on, late, decide_by))

    def _capped(self, deadline: Deadline) -> Deadline:
        outer = self.outer_due
        if outer is None or deadline.deadline_at <= outer.deadline_at:
            return deadline
        return replace(outer, kind=deadline.kind, article=deadline.article)

    def _close(self, at: datetime, state: str, ending: str, closing: str) -> None:
        if self.state == "PENDING":
            self.dates[-1].void = True
        else:
            self._end(ending, at)
        self.state, self.closing = state, closing

    def _end(self, ending: str, at: datetime) -> None:
        """The open round ends; a void one's dates count for nothing, what was undecided lapses."""
        self.round.ending = ending
        if ending in VOID_ENDINGS:
            for each in self.dates:
                if each.round == self.round.number and each.kind is not Kind.DISPATCH:
                    each.void = True
        if self.requests and self.asked.open:
            self.asked.decide("LAPSED", at)
