"""A day of a city's calls with a burst in it, by a clock that moves on by seconds: when it is found, and what else is taken for one."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from services.assessment.rules.bursts import USUAL, Heard, burst, continues, expected

ORDINARY, BURST, SPREAD = 2000, 20, timedelta(minutes=10)
# As often as the worker looks.
TICK = timedelta(seconds=30)
_DAY = datetime(2025, 3, 3, tzinfo=UTC)
_DISTRICTS, _TOWNS, _CATEGORIES = 11, 8, 60
_SEED = 12345
_PLANTED = {f"burst {at}" for at in range(BURST)}


@dataclass(frozen=True)
class Noticed:
    """Seconds from the burst's first and last call to the alert, None where it was not found, and how many false alarms there were."""

    after_first: float | None
    after_last: float | None
    calls: int
    false: int


def noticed(run: int) -> Noticed:
    """One day of 2,000 calls, some places and categories far more usual than others, with 20 like ones within ten minutes."""
    chance = random.Random(_SEED + run)
    days = USUAL // timedelta(days=1)
    usual = Counter(key for _ in range(days) for key in keys(chance, ORDINARY))
    calls = [Heard(str(at), drawn_at(chance), *key) for at, key in enumerate(keys(chance, ORDINARY))]
    began, (key,) = _DAY + timedelta(hours=chance.uniform(7, 21)), keys(chance, 1)
    calls += [Heard(ticket_id, began + chance.random() * SPREAD, *key) for ticket_id in sorted(_PLANTED)]
    return _looked(sorted(calls, key=lambda each: each.at), usual)


def _looked(calls: list[Heard], usual: Counter[tuple[str, str, str]]) -> Noticed:
    planted = [each.at for each in calls if each.ticket_id in _PLANTED]
    came: dict[tuple[str, str, str], list[Heard]] = {}
    told: list[str] = []
    first: tuple[datetime, int] | None = None
    false = 0
    for now, new in groupby(calls, key=lambda each: each.at + (_DAY - each.at) % TICK):
        for call in (fresh := list(new)):
            came.setdefault(call.key, []).append(call)
        for key in {call.key for call in fresh}:
            found = burst(came[key], expected(usual[key], USUAL), now)
            if found is None:
                continue
            ids = {each.ticket_id for each in found.heard}
            first = first or ((now, len(ids)) if ids & _PLANTED else None)
            false += not ids & _PLANTED and not continues(found, told)
            told += ids
    if first is None:
        return Noticed(None, None, 0, false)
    return Noticed((first[0] - planted[0]).total_seconds(), (first[0] - planted[-1]).total_seconds(), first[1], false)


def keys(chance: random.Random, count: int) -> list[tuple[str, str, str]]:
    """The second category has half the calls of the first, the third a third, and so on; districts and towns alike."""
    places, towns, categories = (
        chance.choices(range(most), weights=[1 / (1 + at) for at in range(most)], k=count) for most in (_DISTRICTS, _TOWNS, _CATEGORIES)
    )
    return [(f"district {place}", f"town {town}", f"category {each}") for place, town, each in zip(places, towns, categories, strict=True)]


def drawn_at(chance: random.Random) -> datetime:
    """Most call between eight and six."""
    return _DAY + timedelta(hours=min(max(chance.gauss(13, 4), 0), 23.99))
