"""18: calls are counted as they are told, in any order; and how many there were is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.errors import Invalid
from chassis.store import Tx
from services.assessment.actions import bursting
from services.assessment.rules.calls import WITHIN, Call, Words
from services.assessment.rules.counts import By, Count, counts, in_course
from services.assessment.rules.told import Order
from services.assessment.store import counts as rows
from services.assessment.store import orders
from services.assessment.store.counts import Asked

COUNTING = "18"
# The period before is read with it.
MOST_DAYS = 400
MINUTES = 60
_DAY, _MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both counted."""

    since: str
    until: str


def take_calls(tx: Tx, told: Sequence[tuple[Call, Words]]) -> None:
    """Count calls; heard again nothing changes, and of two tellings of one ticket the newer counts. What is new may be a burst."""
    newest: dict[str, tuple[Call, Words]] = {}
    for call, said in sorted(told, key=lambda each: each[0].version):
        newest[call.ticket_id] = call, said
    known = rows.load(tx, newest)
    fresh = _led(tx, [each for ticket_id, each in sorted(newest.items()) if ticket_id not in known])
    changed = [(call, known[id_]) for id_, (call, _) in sorted(newest.items()) if id_ in known and known[id_].version < call.version]
    newer = [replace(call, unit_id=old.unit_id) for call, old in changed]
    rows.replace_calls(tx, [*(call for call, _ in fresh), *newer], [old for _, old in changed])
    rows.keep_words(tx, fresh)
    bursting.look_for_bursts(tx, [call for call, _ in fresh])


def lead_calls(tx: Tx, found: Sequence[Order]) -> None:
    """Calls are counted to the unit that leads their order now; a district's own orders are its city's call still (7(2))."""
    leads = {order.about.ticket_id: order.about.unit_id for order in found if not order.about.outer_order_id}
    moved = [call for call in rows.load(tx, leads).values() if call.unit_id != leads[call.ticket_id]]
    rows.replace_calls(tx, [replace(call, unit_id=leads[call.ticket_id]) for call in moved], moved)


def count_tickets(tx: Tx, by: By | None, asked: Asked, span: Span) -> tuple[Count, list[Count]]:
    """All calls of a span and of the one as long before it, and by key; the most first, or in the course of time. Raises Invalid."""
    if by is None:
        raise Invalid("by", "请选择统计方式：诉求分类、地点、承办单位、渠道、性质、时段或日期", COUNTING)
    wanted = _in(replace(asked, tenant_id=asked.tenant_id or tx.by.tenant_id), span)
    now, before = rows.totals(tx, wanted)
    found = rows.counted(tx, wanted, by)
    if by is By.DAY:
        return Count("", now, before), in_course({row["key"]: int(row["now"]) for row in found}, _days(span))
    keyed = [(_shown(row["key"], by, asked), int(row["now"]), int(row["before"])) for row in found]
    if by is By.HOUR:
        hours = [f"{hour:02}" for hour in range(24)]
        return Count("", now, before), in_course({key: n for key, n, _ in keyed}, hours, {key: n for key, _, n in keyed})
    return Count("", now, before), counts({key: n for key, n, _ in keyed if n}, {key: n for key, _, n in keyed if n})


def count_minutes(tx: Tx) -> list[tuple[dt.datetime, int]]:
    """The last 60 minutes by the instants they begin at, each with its calls; the one that runs is the last."""
    last = tx.now.replace(second=0, microsecond=0)
    minutes = [last - _MINUTE * back for back in reversed(range(MINUTES))]
    found = rows.by_minute(tx, minutes[0], last + _MINUTE)
    return [(at, found.get(at, 0)) for at in minutes]


def _in(asked: Asked, span: Span) -> Asked:
    if span.until < span.since:
        raise Invalid("until_day", "截止日期早于起始日期：请调换后重新查询", COUNTING)
    since, until = map(dt.date.fromisoformat, (span.since, span.until))
    if (until - since).days >= MOST_DAYS:
        raise Invalid("until_day", f"一次最多统计{MOST_DAYS}天：请缩短期间", COUNTING)
    before = since - (until - since) - _DAY
    return replace(asked, since=before.isoformat(), middle=span.since, until=span.until)


def _days(span: Span) -> list[str]:
    since, until = map(dt.date.fromisoformat, (span.since, span.until))
    return [(since + _DAY * at).isoformat() for at in range((until - since).days + 1)]


def _shown(key: str, by: By, asked: Asked) -> str:
    return key.removeprefix(f"{asked.district}{WITHIN}") if by is By.PLACE and asked.district else key


def _led(tx: Tx, fresh: Sequence[tuple[Call, Words]]) -> list[tuple[Call, Words]]:
    """Orders may have been told of before their tickets."""
    found = orders.seen_of_tickets(tx, [call.ticket_id for call, _ in fresh])
    leads = {order.about.ticket_id: order.about.unit_id for order in found if not order.about.outer_order_id}
    return [(replace(call, unit_id=leads.get(call.ticket_id, "")), said) for call, said in fresh]
