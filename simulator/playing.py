"""A play from its first message to the summary: registered by citizens, worked on by people of every role, held against the book."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from time import monotonic
from typing import Any

from tqdm import tqdm

from hotline.clock.v1 import clock_pb2 as clocks
from regulation.instants import SHANGHAI
from simulator.audit.auditing import Found, audit
from simulator.audit.booked import counts
from simulator.book.tickets import Page
from simulator.case import Case, Stage
from simulator.choosing import plan
from simulator.city import survey
from simulator.courses.receiving import received
from simulator.messages import Row, lay
from simulator.people import House, Person
from simulator.timeline import Timeline

# After the last message so long, in virtual time, for everything to come to its end; then, at noon, when no date falls.
WEEKS = timedelta(days=42)
NOON = time(12)


@dataclass(frozen=True)
class Summary:
    """The figures of a play, by the names of its last line."""

    registered: int
    declined: int
    answered: int
    closed: int
    open: int
    returned: int
    extended: int
    reworked: int
    yellow: int
    red: int
    urged: int
    lost: int
    errors: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether everything is as it must be."""
        return not (self.lost or self.errors)

    def line(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Result:
    """The summary, what was lost, and what was raised."""

    summary: Summary
    lost: list[str]
    errors: list[str]


def play(door: str, credentials: Sequence[dict[str, Any]], rows: Sequence[Row]) -> Result:
    """Play messages through a hotline with a virtual clock.

    Raises LookupError where it has not the people of a city, grpc.RpcError where its clock cannot be moved or nobody answers.
    """
    started = monotonic()
    with _house(door, credentials) as house:
        city = survey(house)
        mover = house.of_tenant(city.tenant_id, "ROLE_OPERATIONS")
        timeline = Timeline(lambda at: move_clock(mover, at), now_of(mover))
        stage = Stage(house, city, lambda: timeline.now)
        plans = plan(lay(rows, timeline.now))
        until = datetime.combine((plans[-1].message.at + WEEKS).date(), NOON, SHANGHAI).astimezone(UTC)
        with _progress("办理", len(plans)) as finished:
            for each in plans:
                timeline.add(each.message.number, each.message.at, received(Case(stage, each.message, each.earlier), each))
            timeline.play(until, finished)
        with _progress("核对", len(stage.pages)) as finished:
            found = audit(stage, timeline.now, finished)
    summary = _summary(list(stage.pages.values()), found, len(timeline.errors), monotonic() - started)
    return Result(summary, [each for finding in found for each in finding.lost], timeline.errors)


def _summary(pages: Sequence[Page], found: Sequence[Found], errors: int, seconds: float) -> Summary:
    outcomes = [page.outcome for page in pages]
    counted = [counts(page.story) for page in pages if page.story]
    returned, extended, reworked = (sum(each) for each in zip((0, 0, 0), *counted, strict=True))
    return Summary(
        registered=len(pages),
        declined=outcomes.count("declined"),
        answered=outcomes.count("answered"),
        closed=outcomes.count("closed"),
        open=outcomes.count("open"),
        returned=returned,
        extended=extended,
        reworked=reworked,
        yellow=sum(finding.yellow for finding in found),
        red=sum(finding.red for finding in found),
        urged=sum(finding.urged for finding in found),
        lost=sum(len(finding.lost) for finding in found),
        errors=errors,
        seconds=round(seconds, 1),
    )


@contextmanager
def _house(door: str, credentials: Sequence[dict[str, Any]]) -> Iterator[House]:
    house = House(door, credentials)
    try:
        yield house
    finally:
        house.close()


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error; what it gives is called for each that is finished."""
    with tqdm(total=total, desc=what, unit="件", dynamic_ncols=True) as bar:

        def finished() -> None:
            bar.update()

        yield finished


def now_of(person: Person) -> datetime:
    """The hotline's own now."""
    return person.ask("clock.v1.ClockService/GetClock", clocks.GetClockRequest(), clocks.GetClockResponse).now.ToDatetime(UTC)


def move_clock(person: Person, at: datetime) -> datetime:
    """Move the hotline's clock on; answers where it stands then."""
    request = clocks.MoveClockRequest()
    request.to.FromDatetime(at.astimezone(UTC))
    return person.ask("clock.v1.ClockService/MoveClock", request, clocks.MoveClockResponse).now.ToDatetime(UTC)
