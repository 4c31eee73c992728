"""Rows as messages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from google.protobuf.duration_pb2 import Duration
from sqlalchemy import RowMapping

from chassis.stamps import stamp
from hotline.sla.v1 import clocks_pb2, lights_pb2, urgings_pb2
from regulation.terms import Kind, Light
from services.sla.rows import clock_of
from services.sla.rules.clocks import Clock, State
from services.sla.rules.explaining import Urged
from services.sla.snapshots import deadline_message, kind_number, light_number, state_number


def clock_message(row: RowMapping, now: dt.datetime) -> clocks_pb2.Clock:
    """A date, as it is now."""
    clock = clock_of(row)
    left = Duration()
    left.FromTimedelta(clock.deadline.deadline_at - _ended_at(clock, now))
    return clocks_pb2.Clock(
        **_ids(row, "clock_id", "order_id", "ticket_id", "number", "tenant_id", "handling_tenant_id", "unit_id"),
        round=clock.key.round,
        deadline_version=clock.key.deadline_version,
        deadline=deadline_message(clock.deadline),
        state=state_number(State.VOID if clock.is_void else clock.state),
        held_at=stamp(clock.held_at),
        stopped_at=stamp(clock.stopped_at),
        replaced_at=stamp(clock.replaced_at),
        light=light_number(clock.light),
        left=left,
        assisting=bool(clock.key.assisting),
    )


def turn_message(row: RowMapping) -> lights_pb2.Turn:
    """A turn of a light."""
    return lights_pb2.Turn(
        **_ids(row, "order_id", "ticket_id", "unit_id", "article"),
        number=row["turn"],
        round=row["round"],
        kind=kind_number(Kind[row["kind"]]),
        deadline_version=row["deadline_version"],
        light=light_number(Light[row["light"]]),
        order_light=light_number(Light[row["order_light"]]),
        at=stamp(row["at"]),
        noticed_at=stamp(row["noticed_at"]),
        lit=row["lit"],
        voided_at=stamp(row["voided_at"]),
    )


def urging_message(row: RowMapping) -> urgings_pb2.Urging:
    """An urging."""
    names = ("urging_id", "order_id", "ticket_id", "number", "tenant_id", "handling_tenant_id", "unit_id", "void_reason", "article")
    return urgings_pb2.Urging(
        **_ids(row, *names),
        round=row["round"],
        kind=kind_number(Kind[row["kind"]]),
        deadline_version=row["deadline_version"],
        deadline_at=stamp(row["deadline_at"]),
        at=stamp(row["at"]),
        issued_at=stamp(row["issued_at"]),
        voided_at=stamp(row["voided_at"]),
    )


def urged_of(row: RowMapping) -> Urged:
    """An urging as the explanation speaks of it."""
    return Urged(row["at"], row["voided_at"], row["void_reason"] or "")


def _ids(row: RowMapping, *names: str) -> dict[str, Any]:
    return {name: row[name] or "" for name in names}


def _ended_at(clock: Clock, now: dt.datetime) -> dt.datetime:
    """Until when it ran."""
    return min([now, *(at for at in (clock.answered_at, clock.replaced_at, clock.void_at) if at is not None)])
