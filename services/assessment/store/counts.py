"""Calls as rows with their daily sums, and what is counted of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, RowMapping, Table, case, cast, extract, func, type_coerce

from chassis.store import Tx
from services.assessment.rules.calls import WITHIN, Call, Kind, Words
from services.assessment.rules.counts import By
from services.assessment.store.calls import call_sums, calls, parties, words

MOST_COUNTED = 1000
_KINDS = {
    By.CATEGORY: Kind.CATEGORY, By.PLACE: Kind.DISTRICT, By.UNIT: Kind.UNIT, By.CHANNEL: Kind.CHANNEL, By.NATURE: Kind.NATURE,
    By.HOUR: Kind.HOUR,
}  # fmt: skip
_NAMES = ("ticket_id", "number", "version", "at", "category", "district", "town", "channel", "nature", "unit_id")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose calls, of which days (both counted), the days from `middle` on being those now, and which of them; empty: any."""

    tenant_id: str
    since: str
    middle: str
    until: str
    category: str = ""
    district: str = ""
    unit_id: str = ""
    channel: str = ""
    nature: str = ""

    @property
    def named(self) -> dict[Kind, str]:
        """What is asked for by name."""
        given = {
            Kind.CATEGORY: self.category, Kind.DISTRICT: self.district, Kind.UNIT: self.unit_id, Kind.CHANNEL: self.channel,
            Kind.NATURE: self.nature,
        }  # fmt: skip
        return {kind: key for kind, key in given.items() if key}


def load(tx: Tx, ticket_ids: Iterable[str]) -> dict[str, Call]:
    """Calls by ticket, locked until the transaction ends; the unknown are left out."""
    rows = tx.rows_among(calls, "ticket_id", sorted(ticket_ids), order="ticket_id", lock=True)
    return {row["ticket_id"]: Call(**{name: row[name] for name in _NAMES}) for row in rows}


def replace_calls(tx: Tx, came: Sequence[Call], went: Sequence[Call]) -> None:
    """Of these calls those that `went` are what was known; the sums follow."""
    known = {call.ticket_id for call in went}
    tx.insert_many(calls, [_row(call) for call in came if call.ticket_id not in known])
    tx.change_many(calls, "ticket_id", [_row(call) for call in came if call.ticket_id in known])
    changes: dict[tuple[str, ...], int] = defaultdict(int)
    for each, sign in ((came, 1), (went, -1)):
        for call in each:
            for kind, key in call.keys:
                changes[tx.by.tenant_id, kind.value, key, call.day] += sign
    names = ("tenant_id", "kind", "key", "day")
    added = [{**dict(zip(names, at, strict=True)), "calls": change} for at, change in changes.items() if change]
    tx.add(call_sums, names, ("calls",), added)


def keep_words(tx: Tx, said: Sequence[tuple[Call, Words]]) -> None:
    """What was said in calls heard of for the first time; of one that says nothing, whom it complains about."""
    tx.insert_many(words, [_words(call, each) for call, each in said if each.title or each.text])
    named = [{"ticket_id": each.ticket_id, "party": party} for _, each in said for party in sorted(each.parties)]
    tx.insert_many(parties, named)


def totals(tx: Tx, asked: Asked) -> tuple[int, int]:
    """How many now, and before."""
    if len(asked.named) > 1:
        rows = tx.all(tx.select(calls, *_both(calls, asked, 1)).where(*_named(asked), *_within(calls, asked)))
    else:
        kind, key = next(iter(asked.named.items()), (Kind.ALL, ""))
        rows = tx.all(_summed(tx, asked).where(call_sums.c.kind == kind.value, call_sums.c.key == key))
    return int(rows[0]["now"] or 0), int(rows[0]["before"] or 0)


def counted(tx: Tx, asked: Asked, by: By) -> list[RowMapping]:
    """By key: how many now, and before; the most first. From the sums where they say it, else from the calls."""
    kind, key, where = _place_in_sums(asked, by)
    if kind is None:
        return _from_calls(tx, asked, by)
    wanted = _summed(tx, asked, key.label("key")).where(call_sums.c.kind == kind.value, *where).group_by(key)
    return tx.all(wanted.order_by(func.sum(call_sums.c.calls).desc(), key).limit(MOST_COUNTED))


def by_minute(tx: Tx, since: dt.datetime, until: dt.datetime) -> dict[dt.datetime, int]:
    """How many of the tenant's own calls each minute of a span has, `until` not in it; a minute without any is left out."""
    minute: ColumnElement[Any] = (
        type_coerce(calls.c.at, BigInteger) // 60_000_000
        if tx.store.is_sqlite
        else cast(func.floor(extract("epoch", calls.c.at) / 60), BigInteger)
    )
    mine = tx.select(calls, minute.label("minute"), func.count().label("n")).where(calls.c.tenant_id == tx.by.tenant_id)
    found = tx.all(mine.where(calls.c.at >= since, calls.c.at < until).group_by(minute))
    return {dt.datetime.fromtimestamp(int(row["minute"]) * 60, dt.UTC): int(row["n"]) for row in found}


def first_day(tx: Tx) -> str:
    """The first local day that the tenant has calls of; empty before any."""
    mine = (call_sums.c.tenant_id == tx.by.tenant_id) & (call_sums.c.kind == Kind.ALL.value) & (call_sums.c.key == "")
    row = tx.one(tx.select(call_sums, func.min(call_sums.c.day).label("day")).where(mine))
    return (row["day"] or "") if row else ""


def count_of_days(tx: Tx, first: dt.date, last: dt.date) -> int:
    """Of these days, both counted."""
    of_all = (call_sums.c.kind == Kind.ALL.value) & (call_sums.c.key == "")
    days = call_sums.c.day.between(first.isoformat(), last.isoformat())
    wanted = tx.select(call_sums, func.sum(call_sums.c.calls).label("n")).where(call_sums.c.tenant_id == tx.by.tenant_id, of_all, days)
    row = tx.one(wanted)
    return int(row["n"] or 0) if row else 0


def _place_in_sums(asked: Asked, by: By) -> tuple[Kind | None, ColumnElement[Any], list[ColumnElement[bool]]]:
    """Which sums say it: those of what it is counted by, of what lies right below a name, or of a name by day."""
    named, key = asked.named, call_sums.c.key
    if by is By.DAY and len(named) <= 1:
        kind, name = next(iter(named.items()), (Kind.ALL, ""))
        return kind, call_sums.c.day, [key == name]
    if by is By.CATEGORY and not named.keys() - {Kind.CATEGORY}:
        return Kind.CATEGORY, key, [key.like(f"{asked.category}.__" if asked.category else "__")]
    if by is By.PLACE and named.keys() == {Kind.DISTRICT}:
        return Kind.TOWN, key, [key.like(f"{asked.district}{WITHIN}%")]
    return (None if named or by is By.DAY else _KINDS[by]), key, []


def _from_calls(tx: Tx, asked: Asked, by: By) -> list[RowMapping]:
    key = _key_of(asked, by)
    wanted = tx.select(calls, key.label("key"), *_both(calls, asked, 1)).where(*_named(asked), *_within(calls, asked))
    return tx.all(wanted.group_by(key).order_by(func.count().desc(), key).limit(MOST_COUNTED))


def _key_of(asked: Asked, by: By) -> ColumnElement[Any]:
    match by:
        case By.CATEGORY:
            # Two digits a level, and a dot between them.
            return func.substr(calls.c.category, 1, len(asked.category) + 3 if asked.category else 2)
        case By.PLACE:
            return calls.c.district + WITHIN + calls.c.town if asked.district else calls.c.district
        case _:
            return calls.c[{By.UNIT: "unit_id", By.CHANNEL: "channel", By.NATURE: "nature", By.HOUR: "hour", By.DAY: "day"}[by]]


def _named(asked: Asked) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [calls.c.tenant_id == asked.tenant_id]
    for kind, key in asked.named.items():
        if kind is Kind.CATEGORY:
            # Codes are digits and dots: what is behind the last of those below it is a slash.
            where.append((calls.c.category == key) | calls.c.category.between(f"{key}.", f"{key}/"))
        else:
            where.append(calls.c["unit_id" if kind is Kind.UNIT else kind.value] == key)
    return where


def _summed(tx: Tx, asked: Asked, *columns: ColumnElement[Any]) -> Any:
    chosen = (*columns, *_both(call_sums, asked, call_sums.c.calls))
    return tx.select(call_sums, *chosen).where(call_sums.c.tenant_id == asked.tenant_id, *_within(call_sums, asked))


def _both(table: Table, asked: Asked, each: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    now = table.c.day >= asked.middle
    return func.sum(case((now, each), else_=0)).label("now"), func.sum(case((now, 0), else_=each)).label("before")


def _within(table: Table, asked: Asked) -> Sequence[ColumnElement[bool]]:
    return table.c.day >= asked.since, table.c.day <= asked.until


def _row(call: Call) -> dict[str, Any]:
    return {**{name: getattr(call, name) for name in _NAMES}, "day": call.day, "hour": call.hour}


def _words(call: Call, said: Words) -> Mapping[str, Any]:
    return {"ticket_id": call.ticket_id, "at": call.at, "title": said.title, "text": said.text}
