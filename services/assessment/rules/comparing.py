"""20: what a correction changed, said so that a person can follow it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.assessment.rules.ranking import Place
from services.assessment.rules.scoring import Given, part_term


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit's month: of which group, by how many orders, by what, and where it stands."""

    unit_id: str
    name: str
    group: str
    orders: int
    given: Mapping[str, Given]
    score: Decimal | None
    place: Place


@dataclass(frozen=True, slots=True)
class Change:
    """Of a unit: score, rank, last, or a part by its name, before and after; empty: there was none."""

    unit_id: str
    what: str
    before: str
    after: str


CALLED = {"score": "得分", "rank": "名次", "last": "排名后3位"}


def change_term(what: str) -> str:
    """What it is called."""
    return CALLED.get(what) or part_term(what)


def changes(before: Mapping[str, Scored], after: Mapping[str, Scored]) -> list[Change]:
    """By unit, the parts first."""
    found = []
    for unit_id in sorted(before.keys() | after.keys()):
        was, is_ = dict(_said(before.get(unit_id))), dict(_said(after.get(unit_id)))
        names = dict.fromkeys((*was, *is_))
        found += [Change(unit_id, name, was.get(name, ""), is_.get(name, "")) for name in names if was.get(name) != is_.get(name)]
    return found


def _said(each: Scored | None) -> Iterator[tuple[str, str]]:
    if each is None:
        return
    for name, given in sorted(each.given.items()):
        yield name, f"{given.hits}/{given.counted}"
    yield "score", "" if each.score is None else str(each.score)
    yield "rank", str(each.place.rank)
    yield "last", "yes" if each.place.last else "no"
