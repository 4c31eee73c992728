"""To whom an order might go (11(2)), with reasons; a person decides. Never the party complained about (17)."""

from __future__ import annotations

import enum
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.dispatch.rules.order import Order
from services.dispatch.rules.units import Unit, conflicted

SUGGESTED = 3
# How much each ground counts, at its most.
_CLOSED, _DUTY, _TOWN, _DISTRICT, _ADVISED, _RETURNED, _RETURNED_THIS = 1.0, 0.6, 0.6, 0.3, 0.4, 0.8, 2.0
# So many orders of a category are needed before its history counts by half.
_FEW = 1
# What a text must hold of a duty: a share by how rare its pairs of characters are, and so many of them.
_LEAST_OF_DUTY, _FEWEST_PAIRS = 0.25, 2
_PARTS = re.compile(r"[\W与和及等的]+")


class UnitGround(enum.StrEnum):
    """Why a unit, or why not."""

    CLOSED = "closed"  # it closed orders of this category
    DUTY = "duty"  # its duties in the directory
    PLACE = "place"
    ADVISED = "advised"  # named by units that returned orders of this category
    RETURNED = "returned"  # it returned orders of this category, and was right: against it
    SUPERIOR = "superior"  # who is below it must keep out of it (17)


@dataclass(frozen=True, slots=True)
class Reason:
    """A ground, how many orders it rests on, and its words."""

    ground: UnitGround
    count: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with its duties in the directory."""

    unit: Unit
    duties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Precedents:
    """What became of orders of the same category, by unit."""

    closed: Mapping[str, int] = field(default_factory=dict)
    returned: Mapping[str, int] = field(default_factory=dict)
    advised: Mapping[str, int] = field(default_factory=dict)
    returned_this: frozenset[str] = frozenset()
    """The units that returned this very order, and were right."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What the ticket says: its words, and where it is."""

    said: str
    district: str = ""
    town: str = ""


@dataclass(frozen=True, slots=True)
class UnitSuggestion:
    """A unit that may receive the order, and why; the higher the weight the better."""

    unit: Unit
    weight: float
    reasons: tuple[Reason, ...]


def suggest_units(order: Order, matter: Matter, candidates: Mapping[str, Candidate], precedents: Precedents) -> list[UnitSuggestion]:
    """The best three. Where one must keep out of it, the nearest superior without conflict takes its place (17)."""
    duties = _duties(matter.said, candidates.values())
    found: dict[str, UnitSuggestion] = {}
    for candidate in candidates.values():
        weight, reasons = _weighed(candidate, matter, duties, precedents)
        if weight <= 0 or candidate.unit.hub or not candidate.unit.open:
            continue
        clear = _clear(candidate.unit, order, candidates)
        if clear is None:
            continue
        if clear is not candidate.unit:
            reasons = (Reason(UnitGround.SUPERIOR, words=candidate.unit.name), *reasons)
        if clear.unit_id not in found or found[clear.unit_id].weight < weight:
            found[clear.unit_id] = UnitSuggestion(clear, weight, reasons)
    return sorted(found.values(), key=lambda each: (-each.weight, each.unit.unit_id))[:SUGGESTED]


def _clear(unit: Unit, order: Order, candidates: Mapping[str, Candidate]) -> Unit | None:
    """17: the unit, or the nearest superior that is open and has no conflict."""
    line = [unit, *(candidates[above].unit for above, _ in unit.above if above in candidates)]
    return next((each for each in line if each.open and not conflicted(each, order)), None)


def _weighed(
    candidate: Candidate, matter: Matter, duties: Mapping[str, tuple[float, str]], precedents: Precedents
) -> tuple[float, tuple[Reason, ...]]:
    """The sum of all grounds, and those that are there."""
    unit_id = candidate.unit.unit_id
    closed, returned, advised = (counts.get(unit_id, 0) for counts in (precedents.closed, precedents.returned, precedents.advised))
    share, duty = duties.get(unit_id, (0.0, ""))
    place = _place(candidate.unit, matter)
    against = _RETURNED * _part(returned, precedents.returned) + (_RETURNED_THIS if unit_id in precedents.returned_this else 0)
    weight = _CLOSED * _part(closed, precedents.closed) + _ADVISED * _part(advised, precedents.advised) + _DUTY * share + place - against
    reasons = (
        Reason(UnitGround.CLOSED, closed, f"办结过{closed}件同类工单"),
        Reason(UnitGround.DUTY, words=f"职责：{duty}") if share else None,
        Reason(UnitGround.PLACE, words=f"事发地：{matter.town or candidate.unit.name}") if place else None,
        Reason(UnitGround.ADVISED, advised, f"同类工单回退时有{advised}次建议由其承办"),
        Reason(UnitGround.RETURNED, returned, f"回退过{returned}件同类工单并获同意"),
    )
    return weight, tuple(each for each in reasons if each and (each.count or each.ground in (UnitGround.DUTY, UnitGround.PLACE)))


def _part(count: int, counts: Mapping[str, int]) -> float:
    return count / (sum(counts.values()) + _FEW)


def _place(unit: Unit, matter: Matter) -> float:
    if matter.town and matter.town in unit.name:
        return _TOWN
    return _DISTRICT if matter.district and unit.handling_tenant_id == matter.district else 0.0


def _duties(said: str, candidates: Iterable[Candidate]) -> dict[str, tuple[float, str]]:
    """For each unit whose duties a text speaks of: how much beside the unit it speaks of most, and by which duty."""
    pairs = {(each.unit.unit_id, duty): _pairs(duty) for each in candidates for duty in each.duties}
    spread = Counter(pair for own in pairs.values() for pair in own)
    best: dict[str, tuple[float, str]] = {}
    for (unit_id, duty), own in pairs.items():
        rarity = {pair: math.log((1 + len(pairs)) / spread[pair]) for pair in own}
        held = [weight for pair, weight in rarity.items() if pair in said]
        if len(held) >= _FEWEST_PAIRS and sum(held) >= _LEAST_OF_DUTY * sum(rarity.values()):
            best[unit_id] = max(best.get(unit_id, (0.0, "")), (sum(held), duty))
    most = max((held for held, _ in best.values()), default=0.0)
    return {unit_id: (held / most, duty) for unit_id, (held, duty) in best.items() if most}


def _pairs(duty: str) -> frozenset[str]:
    return frozenset(part[at : at + 2] for part in _PARTS.split(duty) for at in range(len(part) - 1))
