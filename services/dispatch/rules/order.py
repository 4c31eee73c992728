"""An order as the rules see it: its rounds, its clocks, its open request."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field, replace

from regulation.deadlines import Deadline, Kind
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.dispatch.lifecycle import State
from services.dispatch.rules.requests import Request


class ClockState(enum.StrEnum):
    """Whether a date runs."""

    RUNNING = "running"
    HELD = "held"  # a request asked for in time is undecided (11(4), 11(7)); stopped_at is set when the reply came meanwhile
    STOPPED = "stopped"  # answered
    VOID = "void"  # its ground fell away, or the date moved


@dataclass(frozen=True, slots=True)
class Clock:
    """A date that runs against a unit. Its key is (round, kind, version, assisting): a date that moves is the next version."""

    round: int
    version: int
    deadline: Deadline
    unit_id: str
    state: ClockState = ClockState.RUNNING
    held_at: dt.datetime | None = None
    stopped_at: dt.datetime | None = None
    assisting: str = ""  # the assisting unit, for its dates are counted beside the lead's (16)
    counted_from: int = 0  # the version whose date it was counted from (11(4), 11(8)); 0: from its own trigger

    @property
    def kind(self) -> Kind:
        """What the date is for."""
        return self.deadline.kind

    @property
    def key(self) -> tuple[int, Kind, int, str]:
        """What it is known by within its order."""
        return self.round, self.kind, self.version, self.assisting

    @property
    def late(self) -> bool:
        """Whether it was answered after its deadline; the deadline's own instant is on time."""
        return self.stopped_at is not None and self.stopped_at > self.deadline.deadline_at


class Ending(enum.StrEnum):
    """How a round ended."""

    RETURNED = "returned"  # 11(6)
    RECALLED = "recalled"  # wrongly dispatched, or its assistance is not needed (16)
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # an inner order's, with the outer round it served
    REWORKED = "reworked"  # 11(9)
    CLOSED = "closed"  # 11(10)


VOID_ENDINGS = frozenset({Ending.RETURNED, Ending.RECALLED, Ending.WITHDRAWN, Ending.LAPSED})
"""Rounds that do not count, but for the late return of 11(6)."""


class Rating(enum.StrEnum):
    """The two answers of a call-back (11(8)); a rate counts the first two."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"


class Via(enum.StrEnum):
    """How a rating was obtained."""

    PHONE = "phone"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class CallBack:
    """What the call-back of a round has come to (11(8))."""

    attempts: int = 0
    first_at: dt.datetime | None = None
    last_at: dt.datetime | None = None
    link_sent_at: dt.datetime | None = None
    link_until: dt.datetime | None = None
    unreachable_at: dt.datetime | None = None
    process: Rating | None = None
    result: Rating | None = None
    rated_at: dt.datetime | None = None
    via: Via | None = None
    remark: str = ""  # what the caller said besides

    @property
    def rated(self) -> bool:
        """Whether the caller answered."""
        return self.rated_at is not None


@dataclass(frozen=True, slots=True)
class Round:
    """A delivery to a unit and what became of it (轮次). One is open at a time."""

    number: int
    unit_id: str
    delivered_at: dt.datetime
    signed_in_at: dt.datetime | None = None
    reported_at: dt.datetime | None = None  # the first report of an urgent order (13)
    replied_at: dt.datetime | None = None  # of the reply that stands; none when it was sent back
    passed_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    ending: Ending | None = None
    late_return: bool = False  # 11(6): counts as an overdue round whatever becomes of it
    breached: bool = False  # 13: an urgent date was missed before the downgrade, which erases no breach
    extensions: int = 0
    promises: int = 0
    deficient: int = 0  # replies sent back (11(8))
    note: str = ""  # what the unit should know
    call_back: CallBack = field(default_factory=CallBack)

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.ending is None

    @property
    def void(self) -> bool:
        """Whether it does not count."""
        return self.ending in VOID_ENDINGS


@dataclass(frozen=True, slots=True)
class Assist:
    """A delivery to an assisting unit (协办), within a round of the lead's (16); `number` counts those of the order."""

    number: int
    round: int
    unit_id: str
    delivered_at: dt.datetime
    signed_in_at: dt.datetime | None = None
    contributed_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    ending: Ending | None = None
    note: str = ""  # what the unit should know

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.ending is None

    @property
    def owed(self) -> bool:
        """Whether the unit's part is still to come."""
        return self.open and self.contributed_at is None


class Closing(enum.StrEnum):
    """How an order ended."""

    SATISFIED = "satisfied"
    DISSATISFIED_LAWFUL = "dissatisfied_lawful"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Order:
    """An order (转办单). `rounds` and `clocks` are all it ever had; `request` is the open one, or the one just decided."""

    order_id: str
    ticket_id: str
    number: str
    tenant_id: str
    formed_at: dt.datetime
    source: Source = Source.ORDINARY
    urgent: bool = False
    urgent_kind: UrgentKind | None = None  # what sort of emergency (13), where it was told
    nature: str = ""
    category: str = ""
    title: str = ""
    edition: str = ""
    state: State = State.PENDING
    version: int = 0
    unit_id: str = ""
    handling_tenant_id: str = ""  # the district that handles the city's order
    outer_order_id: str = ""
    outer_tenant_id: str = ""
    party_units: frozenset[str] = frozenset()  # complained about (17)
    party_people: frozenset[str] = frozenset()
    handlers: frozenset[str] = frozenset()  # people who did a handling verb on it (11(8))
    returns: int = 0
    reworks: int = 0
    provincial_due_at: dt.datetime | None = None  # 11(3): the province's own date, which stands beside ours
    provincial_since: dt.datetime | None = None  # since when the province's date is that
    coordinate_since: dt.datetime | None = None  # 16: a coordination case is open, by its returns (11(6)) or for another cause
    closing: Closing | None = None
    closed_at: dt.datetime | None = None
    rounds: tuple[Round, ...] = ()
    clocks: tuple[Clock, ...] = ()
    request: Request | None = None
    assists: tuple[Assist, ...] = ()

    @property
    def round(self) -> Round | None:
        """The open round; none while it waits for dispatch and after the end."""
        last = self.rounds[-1] if self.rounds else None
        return last if last and last.open else None

    @property
    def present(self) -> Round:
        """The open round, where the state says there is one."""
        if self.round is None:
            raise LookupError(f"order {self.order_id} in {self.state} has no open round")
        return self.round

    @property
    def pending(self) -> Request | None:
        """The request that waits for a decision."""
        return self.request if self.request and self.request.undecided else None

    @property
    def inner(self) -> bool:
        """Whether a district handed it on (7(2))."""
        return bool(self.outer_order_id)

    @property
    def holders(self) -> tuple[str, ...]:
        """Units that hold the ticket; outside the hub only they read its text (17)."""
        gave_back = {Ending.RETURNED, Ending.RECALLED, Ending.LAPSED}
        led = [each.unit_id for each in self.rounds if each.ending not in gave_back]
        return tuple(dict.fromkeys(led + [each.unit_id for each in self.assists if each.ending not in gave_back]))

    @property
    def assisting(self) -> frozenset[str]:
        """Units that assist the open round."""
        return frozenset(each.unit_id for each in self.assists if each.open)

    def with_round(self, **changes: object) -> Order:
        """The same order with changes to its open round."""
        changed = replace(self.present, **changes)  # type: ignore[arg-type]  # names and types are the rules' own
        return replace(self, rounds=(*self.rounds[:-1], changed))
