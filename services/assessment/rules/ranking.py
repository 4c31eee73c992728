"""20: the ranking of a month within each group, its last three, and units that were among them three months on end (约谈)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

LAST = 3
MONTHS = 3
INTERVIEWED = frozenset({"district", "department"})
"""约谈: 区县政府和市政府部门单位, no enterprises."""

GROUP_TERMS = {"district": "区县", "department": "部门", "enterprise": "企业", "town": "镇街"}
"""Units are ranked among their kind."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit in a month: its group, how many orders, its score."""

    unit_id: str
    group: str
    orders: int
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands in its group; rank 0: not ranked, for want of a score or of orders."""

    rank: int = 0
    of: int = 0
    last: bool = False


def rank(standings: Iterable[Standing], *, min_group: int, min_orders: int) -> dict[str, Place]:
    """The place of each unit: equal scores share the better rank. Units with fewer orders (policy) are dropped first."""
    groups: dict[str, list[Standing]] = defaultdict(list)
    places: dict[str, Place] = {}
    for each in standings:
        places[each.unit_id] = Place()
        if each.score is not None and each.orders >= min_orders:
            groups[each.group].append(each)
    for ranked in groups.values():
        scores = sorted((each.score for each in ranked if each.score is not None), reverse=True)
        limit = scores[-LAST] if len(scores) >= max(min_group, LAST) else None
        for each in ranked:
            if each.score is not None:
                last = limit is not None and each.score <= limit
                places[each.unit_id] = Place(scores.index(each.score) + 1, len(scores), last)
    return places


def shifted(month: str, by: int) -> str:
    """So many months on, across a year's end."""
    year, number = map(int, month.split("-"))
    ordinal = year * 12 + number - 1 + by
    return f"{ordinal // 12:04}-{ordinal % 12 + 1:02}"


def run_around(month: str, last_in: Mapping[str, bool]) -> tuple[str, ...]:
    """The consecutive calendar months about one in which a unit was among the last; a month without a score breaks the run."""
    if not last_in.get(month):
        return ()
    first = month
    while last_in.get(shifted(first, -1)):
        first = shifted(first, -1)
    run = [first]
    while last_in.get(shifted(run[-1], 1)):
        run.append(shifted(run[-1], 1))
    return tuple(run)


def calls_for_interview(run: Sequence[str], group: str, already: Iterable[str]) -> tuple[str, ...]:
    """The first three months of a run that calls for an interview, else none. One a run: `already` are months that had one."""
    if len(run) < MONTHS or group not in INTERVIEWED or not set(run).isdisjoint(already):
        return ()
    return tuple(run[:MONTHS])
