"""Whatever the order of snapshots and ticks, and however often each comes: the lights of a plain reading, once each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.terms import Light
from services.sla.rules.clocks import Key, rank
from services.sla.rules.orders import Order, light_shown, take
from services.sla.rules.turning import next_at, turn
from tests.services.sla.stories import BEGIN, Life

OPS = (
    Life.dispatch, Life.sign_in, Life.report, Life.ask, Life.refuse, Life.extend, Life.promise, Life.reply,
    Life.send_back, Life.send_back_later, Life.redate, Life.give_back, Life.shift,
)  # fmt: skip


@dataclass
class Ledger:
    """What sla would have kept: standing lights, and urgings with whether they stand."""

    order: Order | None = None
    lights: dict[tuple[Key, Light], datetime] = field(default_factory=dict)
    urgings: dict[Key, bool] = field(default_factory=dict)
    told: Light = Light.NONE

    def tick(self, now: datetime, until: datetime | None = None) -> None:
        assert self.order is not None
        due_at = next_at(self.order, now)
        outcome = turn(self.order, now, until)
        if due_at is None or due_at > now:
            assert not outcome.turned
            assert not outcome.lowered
        for lowered in outcome.lowered:
            key = lowered.clock.key
            for light in Light:
                if rank(light) > rank(lowered.clock.light):
                    self.lights.pop((key, light), None)
            self.urgings = {each: stands and each != key for each, stands in self.urgings.items()}
        for number, turned in enumerate(outcome.turned, self.order.turns + 1):
            assert turned.number == number
            self.told = turned.order_light
            if turned.lit:
                self._light_up(turned.clock.key, turned.clock.light, turned.at)
        assert outcome.order.light is light_shown(outcome.order.clocks.values()) is self.told
        self.order = outcome.order

    def _light_up(self, key: Key, light: Light, at: datetime) -> None:
        assert (key, light) not in self.lights, "turned twice"
        self.lights[key, light] = at
        if light is Light.RED:
            assert not self.urgings.get(key), "urged twice"
            self.urgings[key] = True


# Often exactly at a light, a deadline, or at one instant with the op before.
HOURS = st.sampled_from([0, 0, 1, 2, 3, 10, 23, 24, 25, 24 * 2, 24 * 3, 24 * 4, 24 * 5, 24 * 6])


@st.composite
def lives(draw: st.DrawFn) -> Life:
    life = Life(urgent=draw(st.booleans()), terse=draw(st.booleans()))
    life.dispatch()
    for _ in range(draw(st.integers(0, 12))):
        life.wait(draw(HOURS))
        if fitting := [op for op in OPS if _tells(life, op)]:
            draw(st.sampled_from(fitting))(life)
    life.wait(draw(st.integers(0, 240)))
    return life


def _tells(life: Life, op: Callable[[Life], None]) -> bool:
    tried = life.copy()
    op(tried)
    return tried.version > life.version


@settings(max_examples=250)
@given(life=lives(), data=st.data())
def test_any_order_of_snapshots_and_ticks_ends_with_the_lawful_lights(life: Life, data: st.DataObject) -> None:
    ledger = Ledger()
    steps = data.draw(st.permutations([*life.told, *data.draw(st.lists(st.sampled_from(life.told), max_size=4))]))
    now = BEGIN
    for snapshot in steps:
        ledger.order = take(ledger.order, snapshot)
        if data.draw(st.booleans()):
            now = min(life.now, now + timedelta(hours=data.draw(st.integers(0, 90))))
            ledger.tick(now, data.draw(st.sampled_from([None, now - timedelta(hours=7)])))
    ledger.tick(life.now)
    assert {(key, light, at) for (key, light), at in ledger.lights.items()} == life.standing()
    assert {key for key, stands in ledger.urgings.items() if stands} == {key for key, light, _ in life.standing() if light is Light.RED}
    if (light := life.light()) is not None:
        assert ledger.order is not None
        assert ledger.order.light is light
    ledger.tick(life.now)
    assert ledger.order is not None
    assert next_at(ledger.order, life.now) is None or next_at(ledger.order, life.now) > life.now  # type: ignore[operator]  # not None


@given(life=lives())
def test_snapshots_as_they_come_void_nothing_but_what_dispatch_took_back(life: Life) -> None:
    """In order, with a tick before each: lights go up at their instants, and only void or answered dates lose them."""
    ledger = Ledger()
    for snapshot in life.told:
        if ledger.order is not None:
            ledger.tick(snapshot.at)
        ledger.order = take(ledger.order, snapshot)
    ledger.tick(life.now)
    assert {(key, light, at) for (key, light), at in ledger.lights.items()} == life.standing()
