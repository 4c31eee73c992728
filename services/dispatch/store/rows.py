"""An order's parts as rows: the words of the rules on one side, columns on the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from regulation.articles import Article
from regulation.deadlines import Deadline, Kind, Unit
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.dispatch.lifecycle import State
from services.dispatch.rules.clocks import ANSWER
from services.dispatch.rules.order import (
    Assist,
    CallBack,
    Clock,
    ClockState,
    Closing,
    Ending,
    Order,
    Rating,
    Round,
    Via,
)
from services.dispatch.rules.requests import (
    Decision,
    ExtensionRequest,
    ProgressReportRequest,
    Request,
    ReturnRequest,
)

Row = Mapping[Any, Any]

REQUESTS: tuple[type[Request], ...] = (ReturnRequest, ExtensionRequest, ProgressReportRequest)
KINDS = {each.facet: each for each in REQUESTS}

_ORDER_PARTS = frozenset({"rounds", "clocks", "request", "assists"})
_ORDER_SETS = frozenset({"party_units", "party_people", "handlers"})
_ORDER_PLAIN = tuple(each.name for each in fields(Order) if each.name not in _ORDER_PARTS | _ORDER_SETS)
_DEADLINE = tuple(each.name for each in fields(Deadline) if each.name not in {"kind", "article", "unit"})
_CLOCK = ("round", "version", "unit_id", "held_at", "stopped_at", "counted_from", "assisting")
_CALL_BACK = tuple(each.name for each in fields(CallBack))
_ROUND = tuple(each.name for each in fields(Round) if each.name not in {"call_back", "ending"})


def order_row(order: Order) -> dict[str, Any]:
    """The columns that are the order's own facts."""
    plain = {name: getattr(order, name) for name in _ORDER_PLAIN}
    sets = {name: sorted(getattr(order, name)) for name in _ORDER_SETS}
    own = {"handling_tenant_id": order.handling_tenant_id or None, "urgent_kind": order.urgent_kind or ""}
    return {**plain, **sets, **own, "round": len(order.rounds), "assists": len(order.assists)}


def order_of(
    row: Row, rounds: tuple[Round, ...], clocks: tuple[Clock, ...], request: Request | None, assists: tuple[Assist, ...] = ()
) -> Order:
    """The order of a row and its parts."""
    facts = {name: row[name] for name in _ORDER_PLAIN} | {name: frozenset(row[name]) for name in _ORDER_SETS}
    facts["handling_tenant_id"] = row["handling_tenant_id"] or ""
    facts["urgent_kind"] = UrgentKind(row["urgent_kind"]) if row["urgent_kind"] else None
    facts["source"], facts["state"] = Source(row["source"]), State(row["state"])
    facts["closing"] = Closing(row["closing"]) if row["closing"] else None
    return Order(**facts, rounds=rounds, clocks=clocks, request=request, assists=assists)


def round_row(round_: Round) -> dict[str, Any]:
    """The columns of a round, its call-back among them."""
    own = {name: getattr(round_, name) for name in _ROUND}
    call_back = {name: getattr(round_.call_back, name) for name in _CALL_BACK}
    return {**own, **call_back, "ending": round_.ending}


def round_of(row: Row) -> Round:
    """The round of a row."""
    call_back = {name: row[name] for name in _CALL_BACK}
    for name, kind in (("process", Rating), ("result", Rating), ("via", Via)):
        call_back[name] = kind(row[name]) if row[name] else None
    own = {name: row[name] for name in _ROUND}
    return Round(**own, ending=Ending(row["ending"]) if row["ending"] else None, call_back=CallBack(**call_back))


def assist_row(order: Order, assist: Assist) -> dict[str, Any]:
    """The columns of an assisting unit's part, with the date by which its desk is sorted."""
    own = (each for each in order.clocks if each.round == assist.round and each.assisting == assist.unit_id and each.kind in ANSWER)
    due = max(own, key=lambda each: each.version)
    return {**{each.name: getattr(assist, each.name) for each in fields(Assist)}, "due_at": due.deadline.deadline_at}


def assist_of(row: Row) -> Assist:
    """The assisting unit's part of a row."""
    facts = {each.name: row[each.name] for each in fields(Assist)}
    return Assist(**{**facts, "ending": Ending(row["ending"]) if row["ending"] else None})


def clock_row(clock: Clock) -> dict[str, Any]:
    """The columns of a date."""
    deadline = clock.deadline
    return {
        **{name: getattr(deadline, name) for name in _DEADLINE},
        **{name: getattr(clock, name) for name in _CLOCK},
        "kind": deadline.kind,
        "article": deadline.article.code,
        "unit": deadline.unit,
        "state": clock.state,
        "late": clock.late and clock.state is ClockState.STOPPED,
    }


def clock_of(row: Row) -> Clock:
    """The date of a row."""
    deadline = Deadline(
        kind=Kind(row["kind"]), article=Article.parse(row["article"]), unit=Unit(row["unit"]), **{name: row[name] for name in _DEADLINE}
    )
    return Clock(deadline=deadline, state=ClockState(row["state"]), **{name: row[name] for name in _CLOCK})


def request_row(request: Request) -> dict[str, Any]:
    """The columns of a request."""
    row = {each.name: getattr(request, each.name) for each in fields(request)}
    if isinstance(request, ProgressReportRequest):
        row["promised_on"] = request.promised_on.isoformat()
    return row


def request_of(kind: type[Request], row: Row) -> Request:
    """The request of a row of its kind's table."""
    facts = {each.name: row[each.name] for each in fields(kind)}
    facts["decision"] = Decision(row["decision"]) if row["decision"] else None
    if kind is ProgressReportRequest:
        facts["promised_on"] = dt.date.fromisoformat(row["promised_on"])
    return kind(**facts)
