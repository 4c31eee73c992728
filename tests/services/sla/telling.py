"""Snapshots as dispatch's events, and a life taken in by a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chassis.caller import Caller
from chassis.stamps import stamp
from chassis.store import Store
from hotline.dispatch.v1 import events_pb2 as dispatch
from services.sla import actions
from services.sla.rules.clocks import Clock
from services.sla.rules.orders import Facts, Snapshot
from services.sla.snapshots import deadline_message, kind_number, snapshot_of, state_number
from tests.services.sla.stories import FACTS


def event_of(snapshot: Snapshot) -> dispatch.OrderChanged:
    """A snapshot as dispatch tells it."""
    facts = snapshot.facts
    order = dispatch.OrderSnapshot(
        order_id=snapshot.order_id,
        ticket_id=facts.ticket_id,
        number=facts.number,
        tenant_id=facts.tenant_id,
        handling_tenant_id=facts.handling_tenant_id,
        unit_id=facts.unit_id,
        round=snapshot.round,
        version=snapshot.version,
        clocks=[_clock_message(each) for each in snapshot.clocks],
    )
    return dispatch.OrderChanged(order=order, verb="dispatch", at=stamp(snapshot.at), article="11-2")


def take(store: Store, *snapshots: Snapshot) -> None:
    """Take snapshots in as the worker does, each through its event."""
    for snapshot in snapshots:
        told = snapshot_of(event_of(snapshot))
        store.write(Caller.peer("sla", snapshot.facts.tenant_id), lambda tx, told=told: actions.take_snapshots(tx, [told]))  # type: ignore[misc]  # bound here


def order(order_id: str, *dates: Clock, at: datetime, version: int = 1, facts: Facts = FACTS, round_: int = 1) -> Snapshot:
    """A snapshot of an order with these dates."""
    facts = replace(facts, ticket_id=f"ticket-of-{order_id}")
    return Snapshot(order_id, facts, version, round_, at, tuple(dates))


def _clock_message(clock: Clock) -> dispatch.Clock:
    return dispatch.Clock(
        kind=kind_number(clock.key.kind),
        round=clock.key.round,
        deadline_version=clock.key.deadline_version,
        deadline=deadline_message(clock.deadline),
        state=state_number(clock.state),
        held_at=stamp(clock.held_at),
        stopped_at=stamp(clock.stopped_at),
        unit_id=clock.unit_id,
        assisting=bool(clock.key.assisting),
    )
