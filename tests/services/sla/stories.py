"""Lives of an order as dispatch tells them, and beside each the lights and urgings a plain reading of Art. 12, 13 gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from regulation.articles import Article
from regulation.terms import Deadline, Kind, Light, Unit
from services.sla.rules.clocks import Clock, Key, State
from services.sla.rules.orders import Facts, Snapshot

BEGIN = datetime(2025, 1, 6, 2, tzinfo=UTC)
FACTS = Facts("zibo", "", "ticket-1", "FZ1", "water")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def deadline(kind: Kind, at: datetime, days: int = 5) -> Deadline:
    """A date with the lights of its kind, counted in plain days: sla does not care how dispatch counted."""
    due = at + days * DAY
    article = Article(13) if kind in (Kind.FIRST_REPORT, Kind.RESULT) else Article.parse(kind.value)
    yellow, red = due - DAY, due + DAY
    if kind is Kind.FIRST_REPORT:
        due = at + 2 * HOUR
        return Deadline(kind, article, at, 2, Unit.HOUR, due, None, due, False, "cn-1", "zibo-2021")
    if kind is Kind.RESULT:
        red = due
    if kind is Kind.RETURN:
        return Deadline(kind, article, at, days, Unit.WORKING_DAY, due, None, None, False, "cn-1", "zibo-2021")
    return Deadline(kind, article, at, days, Unit.WORKING_DAY, due, yellow, red, False, "cn-1", "zibo-2021")


def clock(kind: Kind, at: datetime, *, round_: int = 1, version: int = 1, days: int = 5) -> Clock:
    """A date that begins."""
    key = Key(round_, kind, version)
    return Clock(key, deadline(kind, at, days), "water")


@dataclass
class Life:
    """An order at dispatch: what it tells, and what its lights should be. Ops that do not fit its state do nothing."""

    now: datetime = BEGIN
    urgent: bool = False
    terse: bool = False
    round: int = 0
    version: int = 0
    dates: dict[Key, Clock] = field(default_factory=dict)
    told: list[Snapshot] = field(default_factory=list)
    ended: set[Key] = field(default_factory=set)
    lights: dict[Key, dict[Light, datetime]] = field(default_factory=dict)

    def copy(self) -> Life:
        """The same life so far, to go on otherwise."""
        lights = {key: dict(each) for key, each in self.lights.items()}
        return replace(self, dates=dict(self.dates), told=list(self.told), ended=set(self.ended), lights=lights)

    def wait(self, hours: int) -> None:
        """Time goes by, and lights turn in it."""
        self.now += hours * HOUR
        for key, date in self.dates.items():
            if key not in self.ended:
                self._shine(key, date, self.now)

    def dispatch(self) -> None:
        """A round begins."""
        if any(key not in self.ended for key in self.dates):
            return
        self.round += 1
        kind = Kind.HANDLE if self.round == 1 else Kind.REWORK
        kinds = [Kind.FIRST_REPORT, Kind.RESULT] if self.urgent else [kind, Kind.RETURN]
        self.ended.add(Key(self.round, Kind.RETURN, 1))
        self._tell(*(clock(each, self.now, round_=self.round) for each in kinds))

    def report(self) -> None:
        """The first report of Art. 13."""
        first = self.dates.get(Key(self.round, Kind.FIRST_REPORT, 1))
        if first and first.state is State.RUNNING:
            self._answer(first)

    def ask(self) -> None:
        """For an extension or a 续报."""
        if (date := self._answering()) and date.state is State.RUNNING and self.now <= date.deadline.deadline_at:
            self._tell(replace(date, state=State.HELD, held_at=self.now))

    def refuse(self) -> None:
        """The request; what was missed meanwhile fires at once."""
        if (date := self._answering()) and date.state is State.HELD:
            state = State.STOPPED if date.stopped_at else State.RUNNING
            released = replace(date, state=state, held_at=None)
            self._tell(released)
            self._shine(date.key, released, date.stopped_at or self.now)
            if date.stopped_at:
                self.ended.add(date.key)

    def extend(self) -> None:
        """The request was granted: what fell before stands."""
        if (date := self._answering()) and date.state is State.HELD:
            self.ended.add(date.key)
            fresh = replace(self._follows(date, Kind.EXTENSION), deadline=deadline(Kind.EXTENSION, date.deadline.deadline_at, 3))
            gone = replace(date, state=State.VOID, held_at=None, stopped_at=None)
            self._tell(*([] if self.terse else [gone]), fresh, drop=date.key if self.terse else None)

    def shift(self) -> None:
        """Upgraded or downgraded (13): what fell before stands."""
        if (date := self._answering()) and date.state is State.RUNNING and date.key not in self.ended:
            self.ended.add(date.key)
            fresh = self._follows(date, Kind.HANDLE if date.key.kind is Kind.RESULT else Kind.RESULT, days=3)
            self._tell(*([] if self.terse else [replace(date, state=State.VOID)]), fresh, drop=date.key if self.terse else None)

    def promise(self) -> None:
        """A 续报 was granted: the interim report answered the old date when it was asked for."""
        if (date := self._answering()) and date.state is State.HELD and date.held_at:
            self.ended.add(date.key)
            self._keep_until(date.key, date.held_at)
            answered = replace(date, state=State.STOPPED, held_at=None, stopped_at=date.held_at)
            self._tell(answered, self._follows(date, Kind.PROMISE))

    def reply(self) -> None:
        """The unit answers; a pending request stays pending."""
        if (date := self._answering()) and date.stopped_at is None:
            self.report()
            self._answer(self.dates[date.key])

    def send_back(self) -> None:
        """A deficient reply: the old date runs on."""
        if (date := self._answering()) and date.state is State.STOPPED:
            self.ended.discard(date.key)
            self._tell(replace(date, state=State.RUNNING, stopped_at=None))
            self._shine(date.key, self.dates[date.key], self.now)

    def send_back_later(self) -> None:
        """A deficient reply: a new date begins."""
        if (date := self._answering()) and date.state is State.STOPPED:
            self._tell(replace(self._follows(date, Kind.DEFICIENT, days=2), state=State.RUNNING, stopped_at=None))

    def redate(self) -> None:
        """The calendar was revised: the old date had been wrong."""
        if (date := self._answering()) and date.key not in self.ended:
            self.ended.add(date.key)
            self.lights.pop(date.key, None)
            fresh = self._follows(date, date.key.kind)
            fresh = replace(fresh, state=date.state, held_at=date.held_at)
            fresh = replace(fresh, deadline=replace(fresh.deadline, trigger_at=date.deadline.trigger_at))
            self._tell(replace(date, state=State.VOID, held_at=None, stopped_at=None), fresh)

    def give_back(self) -> None:
        """A return was granted: nothing of the round counts."""
        mine = [each for each in self.dates.values() if each.key.round == self.round]
        if any(each.key not in self.ended for each in mine):
            self.ended |= {each.key for each in mine}
            for each in mine:
                self.lights.pop(each.key, None)
            self._tell(*(replace(each, state=State.VOID, held_at=None) for each in mine))

    def sign_in(self) -> None:
        """Nothing changes but the version."""
        if self.round:
            self._tell()

    def standing(self) -> set[tuple[Key, Light, datetime]]:
        """Every light that should have gone up by now, with its lawful instant."""
        return {(key, light, at) for key, lights in self.lights.items() for light, at in lights.items()}

    def light(self) -> Light | None:
        """The order's light while a date with lights runs; None: no date of it runs."""
        lit = [key for key, date in self.dates.items() if key not in self.ended and date.is_lit and date.stopped_at is None]
        reds = [Light.RED in self.lights.get(key, {}) for key in lit]
        yellows = [Light.YELLOW in self.lights.get(key, {}) for key in lit]
        return None if not lit else Light.RED if any(reds) else Light.YELLOW if any(yellows) else Light.NONE

    def _answering(self) -> Clock | None:
        first = Key(self.round, Kind.FIRST_REPORT, 1)
        mine = [each for key, each in self.dates.items() if key.round == self.round and key != first and each.is_lit]
        newest = max(mine, key=lambda each: each.key.deadline_version, default=None)
        return newest if newest and newest.state is not State.VOID else None

    def _follows(self, date: Clock, kind: Kind, days: int = 3) -> Clock:
        fresh = clock(kind, self.now, round_=self.round, version=date.key.deadline_version + 1, days=days)
        if date.stopped_at and kind is not Kind.DEFICIENT:
            self.ended.add(fresh.key)
            return replace(fresh, state=State.STOPPED, stopped_at=date.stopped_at)
        return fresh

    def _answer(self, date: Clock) -> None:
        if date.state is State.RUNNING:
            self.ended.add(date.key)
        if self.now <= date.deadline.deadline_at:
            self.lights.get(date.key, {}).pop(Light.RED, None)
        self._tell(replace(date, state=date.state if date.state is State.HELD else State.STOPPED, stopped_at=self.now))

    def _shine(self, key: Key, date: Clock, until: datetime) -> None:
        until = min(until, date.stopped_at or until)
        lights = self.lights.setdefault(key, {})
        if date.deadline.yellow_at and date.deadline.yellow_at <= until:
            lights.setdefault(Light.YELLOW, date.deadline.yellow_at)
        red_at = date.deadline.red_at
        held = date.held_at is not None and red_at is not None and red_at > date.held_at
        in_time = date.stopped_at is not None and date.stopped_at <= date.deadline.deadline_at
        if red_at and red_at <= until and not held and not in_time:
            lights.setdefault(Light.RED, red_at)

    def _keep_until(self, key: Key, until: datetime) -> None:
        self.lights[key] = {light: at for light, at in self.lights.get(key, {}).items() if at <= until and light is not Light.RED}

    def _tell(self, *changed: Clock, drop: Key | None = None) -> None:
        self.version += 1
        for each in changed:
            self.dates[each.key] = each
            if each.key not in self.lights and each.state is State.STOPPED:
                self._shine(each.key, each, self.now)
        for key, each in self.dates.items():
            if key not in self.ended:
                self._shine(key, each, self.now)
        known = [each for key, each in self.dates.items() if key.round == self.round and key != drop and not self._untold(key)]
        told = {each.key: each for each in (*known, *changed)}
        self.told.append(Snapshot("order-1", FACTS, self.version, self.round, self.now, tuple(told.values())))
        if drop:
            self.dates[drop] = replace(self.dates[drop], state=State.VOID)

    def _untold(self, key: Key) -> bool:
        return self.terse and self.dates[key].state in (State.VOID, State.STOPPED)
