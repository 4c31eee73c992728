"""Keeps what fell due: a row, an event and a journal entry for each turn and each urging, in the order of their instants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from google.protobuf.message import Message
from sqlalchemy import and_

from chassis import journal
from chassis.stamps import stamp
from chassis.store import Telling, Tx
from hotline.sla.v1 import events_pb2 as events
from regulation.articles import Article
from regulation.terms import Light
from services.sla.counting import count_turns, count_void
from services.sla.rows import key_columns, owner_columns
from services.sla.rules.clocks import Clock, article_of, rank
from services.sla.rules.orders import Order
from services.sla.rules.turning import Lowered, Outcome, Turned
from services.sla.snapshots import kind_number, light_number
from services.sla.store import turns, urgings

# A name space of our own (RFC 9562, version 5).
URGINGS = UUID("8f6f2a0e-5d1b-4c57-9a2d-3c1f7b0e4a12")
MICROSECOND = dt.timedelta(microseconds=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Notes:
    """What is to be told and journalled, in its order."""

    told: list[Telling] = field(default_factory=list)
    steps: list[journal.Step] = field(default_factory=list)

    def tell(self, event: Message, aggregate: str, version: int, order: Order) -> None:
        """Of an order's owner."""
        self.told.append(Telling(event, aggregate, version, order.facts.tenant_id))

    def step(self, order: Order, clock: Clock, verb: str, article: Article, **detail: Any) -> None:
        """Of an order's ticket, with the date it was about."""
        facts, about = order.facts, {"order_id": order.order_id, **key_columns(clock.key), "unit_id": clock.unit_id, **detail}
        self.steps.append(journal.Step(facts.ticket_id, verb, article.code, about, facts.tenant_id, facts.handling_tenant_id))


def keep(tx: Tx, outcomes: Sequence[Outcome]) -> None:
    """Keep, journal and tell everything of these orders, in a few statements however many they are."""
    notes = Notes()
    for outcome in outcomes:
        for lowered in outcome.lowered:
            _void(tx, notes, outcome, lowered)
    steps = sorted(
        ((turned, outcome.order) for outcome in outcomes for turned in outcome.turned),
        key=lambda step: (step[0].at, step[1].order_id, step[0].number),
    )
    tx.insert_many(turns, [_turn_row(tx, turned, order) for turned, order in steps])
    urged = _issue(tx, [(turned, order) for turned, order in steps if turned.urges])
    for turned, order in steps:
        _tell_turn(tx, notes, turned, order)
        if turned.urges:
            _tell_urging(tx, notes, urged[order.order_id, turned.number], turned, order)
    tx.tell_all(notes.told)
    journal.append_all(tx, notes.steps)
    count_turns(tx, steps)


def _turn_row(tx: Tx, turned: Turned, order: Order) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "turn": turned.number,
        **owner_columns(order.facts),
        "unit_id": turned.clock.unit_id,
        **key_columns(turned.clock.key),
        "light": turned.clock.light.name,
        "order_light": turned.order_light.name,
        "at": turned.at,
        "noticed_at": tx.now,
        "lit": turned.lit,
        "article": _article(turned).code,
    }


def _tell_turn(tx: Tx, notes: Notes, turned: Turned, order: Order) -> None:
    clock = turned.clock
    event = events.LightTurned(
        order_id=order.order_id,
        ticket_id=order.facts.ticket_id,
        kind=kind_number(clock.key.kind),
        unit_id=clock.unit_id,
        round=clock.key.round,
        deadline_version=clock.key.deadline_version,
        light=light_number(clock.light),
        order_light=light_number(turned.order_light),
        at=stamp(turned.at),
        version=version_at(tx.now, turned.number),
        number=order.facts.number,
        deadline_at=stamp(clock.deadline.deadline_at),
        lit=turned.lit,
    )
    notes.tell(event, order.order_id, event.version, order)
    at = turned.at.isoformat()
    notes.step(order, clock, "turn_light", _article(turned), light=clock.light.name, at=at, lit=turned.lit)


def _issue(tx: Tx, steps: Sequence[tuple[Turned, Order]]) -> dict[tuple[str, int], str]:
    """Issue the urgings of these red lights, or again those that were void; answers their ids by order and turn."""
    if not steps:
        return {}
    of_orders = tx.select(urgings).where(urgings.c.order_id.in_(sorted({order.order_id for _, order in steps})))
    known = {_key_of(row): row["urging_id"] for row in tx.all(of_orders)}
    issued, fresh = {}, []
    for turned, order in steps:
        key = (order.order_id, *key_columns(turned.clock.key).values())
        urging_id = known.get(key)
        if urging_id is None:
            urging_id = urging_id_of(*key)
            fresh.append(_urging_row(tx, urging_id, turned, order))
        else:
            again = {"voided_at": None, "void_reason": None, "version": version_at(tx.now, turned.number)}
            tx.run(tx.update(urgings).where(urgings.c.urging_id == urging_id).values(again))
        issued[order.order_id, turned.number] = urging_id
    tx.insert_many(urgings, fresh)
    return issued


def _urging_row(tx: Tx, urging_id: str, turned: Turned, order: Order) -> dict[str, Any]:
    return {
        "urging_id": urging_id,
        **owner_columns(order.facts),
        "order_id": order.order_id,
        "number": order.facts.number,
        "unit_id": turned.clock.unit_id,
        **key_columns(turned.clock.key),
        "deadline_at": turned.clock.deadline.deadline_at,
        "at": turned.at,
        "issued_at": tx.now,
        "article": _article(turned).code,
        "version": version_at(tx.now, turned.number),
    }


def _tell_urging(tx: Tx, notes: Notes, urging_id: str, turned: Turned, order: Order) -> None:
    clock = turned.clock
    event = events.UrgingIssued(
        urging_id=urging_id,
        order_id=order.order_id,
        ticket_id=order.facts.ticket_id,
        unit_id=clock.unit_id,
        round=clock.key.round,
        kind=kind_number(clock.key.kind),
        deadline_version=clock.key.deadline_version,
        deadline_at=stamp(clock.deadline.deadline_at),
        at=stamp(turned.at),
        version=version_at(tx.now, turned.number),
        number=order.facts.number,
    )
    notes.tell(event, urging_id, event.version, order)
    notes.step(order, clock, "issue_urging", _article(turned), urging_id=urging_id, at=turned.at.isoformat())


def _void(tx: Tx, notes: Notes, outcome: Outcome, lowered: Lowered) -> None:
    """Mark what the date's light should not have turned, and the urging that came with it."""
    order, clock = outcome.order, lowered.clock
    above = [light.name for light in Light if rank(light) > rank(clock.light)]
    date = {"order_id": order.order_id, **key_columns(clock.key)}
    standing = [turns.c[name] == value for name, value in date.items()] + [turns.c.light.in_(above), turns.c.lit]
    tx.run(tx.update(turns).where(*standing, turns.c.voided_at.is_(None)).values(voided_at=tx.now))
    issued = and_(*(urgings.c[name] == value for name, value in date.items()), urgings.c.voided_at.is_(None))
    urging = tx.one(tx.select(urgings).where(issued).with_for_update())
    if urging is None:
        return
    version = version_at(tx.now, next(turned.number for turned in outcome.turned if turned.clock.key == clock.key))
    marks = {"voided_at": tx.now, "void_reason": lowered.reason, "version": version}
    tx.run(tx.update(urgings).where(urgings.c.urging_id == urging["urging_id"]).values(marks))
    event = events.UrgingVoided(
        urging_id=urging["urging_id"],
        order_id=order.order_id,
        ticket_id=order.facts.ticket_id,
        reason=lowered.reason,
        at=stamp(tx.now),
        version=version,
        number=order.facts.number,
        unit_id=clock.unit_id,
    )
    notes.tell(event, urging["urging_id"], version, order)
    count_void(tx, order.facts, clock.key.kind)
    article = article_of(clock, Light.RED)
    notes.step(order, clock, "void_urging", article, urging_id=urging["urging_id"], reason=lowered.reason)


def _article(turned: Turned) -> Article:
    return article_of(turned.clock, turned.clock.light)


def urging_id_of(order_id: str, number: int, kind: str, deadline_version: int, assisting: str) -> str:
    """The id of a date's one urging (12), the same for ever: a store that is built anew issues no second one."""
    return str(uuid5(URGINGS, ":".join(filter(None, (order_id, str(number), kind, str(deadline_version), assisting)))))


def version_at(now: dt.datetime, number: int) -> int:
    """The version of what is told with a turn: rises with every turn of an order, also over a store that is built anew.

    Microseconds since 1970 and the turn's number, for turns of one instant.
    """
    return (now - EPOCH) // MICROSECOND + number


def _key_of(row: Any) -> tuple[str, int, str, int, str]:
    return row["order_id"], row["round"], row["kind"], row["deadline_version"], row["assisting"]
