"""15: what calls for supervision (督办), found among the facts; nothing here is more than a proposal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from regulation.grounds import Ground
from regulation.policy import Policy
from services.assessment.rules.ranking import Standing, rank
from services.assessment.rules.rates import Figure

OVERDUE, REWORK, RECURRENCE, UPKEEP, REFUSED = "on_time", "rework", "recurrence", "knowledge_freshness", "entry_refused"
SIGN_IN, FIRST_REPORT, DEFICIENT = "sign_in", "first_report", "deficient_reply"
COMPARED = ("on_time", "completion", "process_satisfaction", "result_satisfaction")
"""15(4): 办结率、群众满意率."""

Counted = Mapping[tuple[str, str], tuple[int, int]]
"""By unit and rate: hits, counted."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks against a unit: of which rate, and about what.

    `hit`: as the fact was that it is taken from, None where it is no fact; `used`: it was evidence of this ground before.
    """

    unit_id: str
    rate: str
    subject_id: str
    round: int
    number: str
    day: str
    said: str = ""
    hit: bool | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A ground that holds against a unit, with what is new of its evidence."""

    ground: Ground
    unit_id: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """A concluded ticket's matter was called in again by another ticket."""

    ticket_id: str
    of_ticket_id: str
    day: str


def overdue(misses: Iterable[Evidence]) -> list[Found]:
    """15(1): whatever fell due and was not answered in time."""
    return _by_unit(Ground.OVERDUE, misses)


def recurrent(reworks: Iterable[Evidence], back: Iterable[Back], closed: Mapping[str, Evidence], policy: Policy) -> list[Found]:
    """15(2): an order reworked so often, or a matter called in again so often, within the window.

    `closed`: of tickets that came back, what their order is; the matter is held against who handled it last.
    """
    of_orders: dict[str, list[Evidence]] = defaultdict(list)
    for each in reworks:
        of_orders[each.subject_id].append(each)
    found = [each for many in of_orders.values() if len(many) >= policy.supervision_reworks for each in many]
    for matter in _matters(back):
        handled = [closed[each.of_ticket_id] for each in matter if each.of_ticket_id in closed]
        if len(matter) >= policy.supervision_recurrences and handled:
            last = max(handled, key=lambda each: each.day)
            found += [Evidence(last.unit_id, RECURRENCE, each.ticket_id, 0, last.number, each.day) for each in matter]
    return _by_unit(Ground.RECURRENT, found)


def negligent(counted: Counted, missed: Iterable[Evidence], policy: Policy) -> list[Found]:
    """15(3): signing in, first reports, deficient replies beyond what is borne, each by itself."""
    beyond = {at for at, (hits, all_) in counted.items() if _beyond(at[1], hits, all_, policy)}
    return _by_unit(Ground.NEGLIGENT, (each for each in missed if (each.unit_id, each.rate) in beyond))


def low_rates(month: str, counted: Counted, groups: Mapping[str, str], policy: Policy) -> list[Found]:
    """15(4): among the last three of its group in a month by one of these rates; who is first is never last."""
    found = []
    for rate in COMPARED:
        figures = {unit_id: Figure(rate, all_, hits) for (unit_id, name), (hits, all_) in counted.items() if name == rate}
        standings = [Standing(unit_id, groups[unit_id], each.counted, each.value) for unit_id, each in figures.items() if unit_id in groups]
        places = rank(standings, min_group=policy.ranking_min_group, min_orders=policy.ranking_min_orders)
        for unit_id, place in places.items():
            if place.last and place.rank > 1:
                said = f"{figures[unit_id].value or Decimal():.2%}，第{place.rank}名，共{place.of}个"
                found.append(Evidence(unit_id, rate, month, 0, "", f"{month}-01", said))
    return _by_unit(Ground.LOW_RATES, found)


def stale(misses: Iterable[Evidence]) -> list[Found]:
    """15(5): upkeep that was not done in its term, texts that were refused."""
    return _by_unit(Ground.STALE_KNOWLEDGE, misses)


def _beyond(rate: str, hits: int, counted: int, policy: Policy) -> bool:
    beyond: dict[str, Callable[[], bool]] = {
        SIGN_IN: lambda: counted >= policy.ranking_min_orders and hits * 100 < policy.supervision_sign_in_percent * counted,
        FIRST_REPORT: lambda: counted - hits >= policy.supervision_late_first_reports,
        DEFICIENT: lambda: counted >= policy.ranking_min_orders and hits * 100 > policy.supervision_deficient_percent * counted,
    }
    return beyond[rate]()


def _matters(back: Iterable[Back]) -> list[list[Back]]:
    """Recurrences by the matter they are of: a ticket that came back may come back itself."""
    of = {each.ticket_id: each for each in back}
    matters: dict[str, list[Back]] = defaultdict(list)
    for each in of.values():
        root, seen = each.of_ticket_id, {each.ticket_id}
        while root in of and root not in seen:
            seen.add(root)
            root = of[root].of_ticket_id
        matters[root].append(each)
    return list(matters.values())


def _by_unit(ground: Ground, evidence: Iterable[Evidence]) -> list[Found]:
    return [Found(ground, unit_id, many) for unit_id, many in by_unit(evidence)]


def by_unit(evidence: Iterable[Evidence]) -> list[tuple[str, tuple[Evidence, ...]]]:
    """What is new of it, unit by unit, the oldest first."""
    units: dict[str, list[Evidence]] = defaultdict(list)
    for each in evidence:
        if not each.used:
            units[each.unit_id].append(each)
    return [(unit_id, _sorted(many)) for unit_id, many in sorted(units.items())]


def _sorted(many: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(many, key=lambda each: (each.day, each.rate, each.subject_id, each.round)))
