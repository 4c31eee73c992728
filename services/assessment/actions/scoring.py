"""20: a month assessed, published and corrected. What is published is frozen; a correction is a version that shows what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chassis import journal
from chassis.errors import Missing, Stale
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import Article, NotAllowed
from regulation.instants import local_day
from services.assessment.actions import interviewing, telling
from services.assessment.rules.comparing import Change, Scored, changes
from services.assessment.rules.entered import checked_month, demand_words
from services.assessment.rules.offering import Offered, of_month
from services.assessment.rules.ranking import Standing, rank
from services.assessment.rules.rates import definition
from services.assessment.rules.scoring import Given, Scheme, scheme, score_of
from services.assessment.store import copies, months

Row = Mapping[Any, Any]
Counted = Mapping[tuple[str, str], tuple[int, int]]
ASSESSING = Article(20)
# What a unit has of orders is what this rate counts: rounds that fell due.
ORDERS = "on_time"


@dataclass(frozen=True)
class Preview:
    """A month by what is known now; `changes`: what a correction of the newest published version would change. Version 0: none is."""

    scores: Sequence[Scored]
    published_version: int
    changes: Sequence[Change]
    offers: Sequence[Offered]


def assess_month(tx: Tx, month: str) -> list[Scored]:
    """Every assessed unit of the caller's tenant, by what is known now; nothing is kept. Raises Invalid for no month."""
    checked_month(month, ASSESSING.code)
    told, points = scheme(), months.item_points(tx, month)
    counted = months.counted(tx, month, {ORDERS, *(part.rate for part in told.parts.values() if part.rate)})
    found = {}
    for unit in months.assessed_units(tx):
        given = _given(told, unit["unit_id"], counted, points)
        orders = counted.get((unit["unit_id"], ORDERS), (0, 0))[1]
        if given or unit["open"]:
            found[unit["unit_id"]] = (unit, orders, given, score_of(told, given))
    policy = copies.policy_of(tx)
    standings = [Standing(unit_id, unit["kind"], orders, score) for unit_id, (unit, orders, _, score) in found.items()]
    places = rank(standings, min_group=policy.ranking_min_group, min_orders=policy.ranking_min_orders)
    return [
        Scored(unit_id, unit["name"], unit["kind"], orders, given, score, places[unit_id])
        for unit_id, (unit, orders, given, score) in found.items()
    ]


def preview_assessment(tx: Tx, month: str) -> Preview:
    """A month by what is known now, beside what is published of it. Raises Invalid for no month."""
    found, published = assess_month(tx, month), months.newest(tx, tx.by.tenant_id, month)
    version = published["version"] if published else 0
    changed = _changes(tx, month, version, found) if version else []
    return Preview(found, version, changed, of_month(over=_is_over(tx, month), published=bool(version)))


def publish_assessment(tx: Tx, month: str) -> Row:
    """Freeze a month that is over. Raises Invalid, and NotAllowed before its end and where it is published already."""
    checked_month(month, ASSESSING.code)
    if not _is_over(tx, month):
        raise NotAllowed(ASSESSING, f"{month}尚未结束，不能公布考核结果，请在次月公布")
    if months.newest(tx, tx.by.tenant_id, month) is not None:
        raise NotAllowed(ASSESSING, f"{month}的考核结果已经公布，不能重复公布；确有错误的请更正")
    return _freeze(tx, month, 1, assess_month(tx, month), "publish_assessment", "", [])


def correct_assessment(tx: Tx, month: str, seen: int, reason: str) -> Row:
    """A new version by what is known now. Raises Missing, Stale, Invalid without a reason, NotAllowed where nothing changed."""
    before = months.newest(tx, tx.by.tenant_id, checked_month(month, ASSESSING.code))
    if before is None:
        raise Missing(f"{month}的考核结果尚未公布：请先公布")
    if seen != before["version"]:
        raise Stale(f"{month}的考核结果现为第{before['version']}版（{before['reason'] or '公布'}），请刷新后再更正")
    demand_words("reason", reason, "请填写更正的理由", ASSESSING.code)
    found = assess_month(tx, month)
    changed = _changes(tx, month, seen, found)
    if not changed:
        raise NotAllowed(ASSESSING, f"按现有数据重新计算，{month}的考核结果没有变化，无须更正")
    return _freeze(tx, month, seen + 1, found, "correct_assessment", reason, changed)


def get_assessment(tx: Tx, tenant_id: str, month: str, version: int) -> Row:
    """A published month; those of the city are its districts' to read. Raises Invalid, Missing."""
    checked_month(month, ASSESSING.code)
    with copies.publishing(tx, tenant_id) as owner:
        found = months.newest(owner, owner.by.tenant_id, month, version)
    if found is None:
        raise Missing(f"没有{month}的考核结果，或尚未公布：请核对月份和版本")
    return found


def list_scores(tx: Tx, page: Page, tenant_id: str, month: str, version: int, group: str) -> tuple[list[Scored], str]:
    """The scores of a published month, by group and rank. Raises Invalid, Missing."""
    newest = get_assessment(tx, tenant_id, month, version)
    with copies.publishing(tx, tenant_id) as owner:
        return months.page_of_scores(owner, page, owner.by.tenant_id, month, newest["version"], group)


def list_assessments(tx: Tx, page: Page, tenant_id: str) -> tuple[Sequence[Row], str]:
    """Published months, the newest first, with their corrections. Raises Missing."""
    with copies.publishing(tx, tenant_id) as owner:
        return months.page_of_months(owner, page, owner.by.tenant_id)


def subject(tx: Tx, month: str) -> str:
    """Under which name a month's steps are journalled."""
    return f"{tx.by.tenant_id[:50]}:{month}"


def _is_over(tx: Tx, month: str) -> bool:
    return local_day(tx.now).isoformat()[: len(month)] > month


def _changes(tx: Tx, month: str, version: int, found: Sequence[Scored]) -> list[Change]:
    return changes({each.unit_id: each for each in months.frozen(tx, month, version)}, {each.unit_id: each for each in found})


def _freeze(tx: Tx, month: str, version: int, found: Sequence[Scored], verb: str, reason: str, changed: Sequence[Change]) -> Row:
    header: dict[str, Any] = {
        "version": version,
        "published_at": tx.now,
        "published_by": tx.by.id,
        "reason": reason,
        "rates_version": definition().version,
        "scheme_version": scheme().version,
        "changes": [(each.unit_id, each.what, each.before, each.after) for each in changed],
    }
    months.freeze(tx, month, header, found)
    journal.append(tx, subject(tx, month), verb, ASSESSING.code, {"version": version, "reason": reason, "units": len(found)})
    telling.tell_published(tx, month, version)
    interviewing.propose_by_ranking(tx, month)
    kept = months.newest(tx, tx.by.tenant_id, month, version)
    if kept is None:
        raise LookupError(f"{month} version {version} was just kept")
    return kept


def _given(told: Scheme, unit_id: str, counted: Counted, points: Mapping[tuple[str, str], Decimal]) -> dict[str, Given]:
    """What a unit has of each part: of a rate what was counted, of an item what was scored; what there is not is left out."""
    found = {}
    for name, part in told.parts.items():
        if part.rate:
            hits, all_ = map(Decimal, counted.get((unit_id, part.rate), (0, 0)))
        else:
            hits, all_ = points.get((unit_id, name), Decimal()), part.points if (unit_id, name) in points else Decimal()
        if all_:
            found[name] = Given(name, hits, all_)
    return found
