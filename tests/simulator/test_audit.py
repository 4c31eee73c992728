"""What the audit finds: every fact that the system answers otherwise than the book."""

from __future__ import annotations

import json
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from hotline.dispatch.v1 import events_pb2 as events
from hotline.dispatch.v1 import orders_pb2 as orders
from hotline.intake.v1 import ticket_pb2 as tickets
from hotline.sla.v1 import lights_pb2 as lights
from hotline.ticket.v1 import ticket_pb2 as shared
from regulation.policy import Policy
from simulator.audit import answered, booked
from simulator.audit.auditing import Found, hold
from simulator.book.tickets import Page
from tests.simulator.stories import LATER, MORNING, at, end_of, handled


def stamp(instant: datetime) -> Timestamp:
    stamped = Timestamp()
    stamped.FromDatetime(instant)
    return stamped


def entry(verb: str, local: str, order: str = "order") -> shared.JournalEntry:
    return shared.JournalEntry(verb=verb, at=stamp(at(local)), detail=json.dumps({"order": order}))


def test_equal_facts_are_not_lost() -> None:
    found = Found()
    hold("order", {"state": "CLOSED"}, {"state": "CLOSED"}, found)
    assert found.lost == []


def test_a_fact_that_differs_or_is_missing_on_either_side_is_lost() -> None:
    found = Found()
    hold("order", {"state": "CLOSED", "round 1": (1,)}, {"state": "REPLIED", "round 2": (1,)}, found)
    assert [each.split(":")[0] for each in found.lost] == ["order, round 1", "order, round 2", "order, state"]


def test_a_ticket_by_the_book_is_what_intake_answers() -> None:
    page = Page(1, "ticket", "PHONE", urgent=False, received_at=at(MORNING))
    page.settle("DECLINED", at("2025-01-24 11:00"))
    page.decline_code = "LITIGATION"
    told = tickets.Ticket(
        state=tickets.TICKET_STATE_DECLINED,
        channel=shared.CHANNEL_PHONE,
        received_at=stamp(at(MORNING)),
        settle_by=stamp(at("2025-01-24 11:00")),
        settlement=tickets.Settlement(at=stamp(at("2025-01-24 11:00")), decline_code=tickets.DECLINE_CODE_LITIGATION),
    )
    assert booked.ticket_facts(page, Policy(), at(LATER)) == answered.ticket_facts(told, 0)


def test_lights_that_were_void_went_back_or_lie_ahead_do_not_count() -> None:
    turns = [
        lights.Turn(round=1, kind=shared.DEADLINE_KIND_HANDLE, light=light, at=stamp(end_of(day)), lit=lit, voided_at=void)
        for light, day, lit, void in (
            (shared.LIGHT_YELLOW, "2025-02-06", True, None),
            (shared.LIGHT_RED, "2025-02-08", True, stamp(at(LATER))),
            (shared.LIGHT_NONE, "2025-02-08", False, None),
            (shared.LIGHT_RED, "2025-09-01", True, None),
        )
    ]
    facts = answered.order_facts(orders.GetOrderResponse(), [], turns, [], at(LATER))
    assert facts["lights"] == ((1, "HANDLE", "YELLOW", end_of("2025-02-06")),)


def test_the_steps_of_an_order_are_its_own_of_the_tickets_journal() -> None:
    steps = answered.steps_of("order", [entry("open", MORNING), entry("hand_on", MORNING, "inner"), entry("dispatch", LATER)])
    assert [step.verb for step in steps] == ["open", "dispatch"]
    assert answered.instants(steps) == [at(MORNING), at(LATER)]


def test_an_order_by_the_book_shows_its_round_and_dates() -> None:
    facts = booked.order_facts(handled(("2025-02-07 13:00", "reply")), at(LATER))
    assert facts["state"] == "REPLIED"
    assert facts["steps"] == ("dispatch", "sign_in", "reply")
    assert facts["lights"] == ((1, "HANDLE", "YELLOW", end_of("2025-02-06")),)
    assert facts["urgings"] == ()
    due = facts["date 1 HANDLE 02-07T16:00:00"]
    assert due == (end_of("2025-02-07"), end_of("2025-02-06"), end_of("2025-02-08"), "STOPPED", False, False)


def test_closings_are_spelt_as_in_the_protos() -> None:
    for name in ("SATISFIED", "DISSATISFIED_LAWFUL", "UNREACHABLE", "WITHDRAWN", "LAPSED"):
        assert events.Closing.Value(f"CLOSING_{name}")
