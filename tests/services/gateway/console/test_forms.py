from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.dispatch.v1 import desks_pb2, events_pb2, replies_pb2
from hotline.intake.v1 import content_pb2
from hotline.ticket.v1 import ticket_pb2 as shared
from services.gateway.console.forms import fill
from services.gateway.problems import Problem


def test_fields_enums_repeated_ones_and_those_of_inner_messages_are_set() -> None:
    asked = desks_pb2.ListUnitInboxRequest()
    fill(asked, [("page.size", "30"), ("filter.states", "DISPATCHED"), ("filter.states", "ORDER_STATE_HANDLING"), ("filter.light", "RED")])
    assert asked.page.size == 30
    assert list(asked.filter.states) == [events_pb2.ORDER_STATE_DISPATCHED, events_pb2.ORDER_STATE_HANDLING]
    assert asked.filter.light == shared.LIGHT_RED


def test_what_is_empty_or_of_no_field_sets_nothing() -> None:
    asked = desks_pb2.ListUnitInboxRequest()
    fill(asked, [("filter.light", ""), ("nothing", "1"), ("filter.nothing", "1"), ("page", "1"), ("filter.light.more", "1")])
    assert asked == desks_pb2.ListUnitInboxRequest()


def test_an_instant_is_typed_in_local_time() -> None:
    asked = replies_pb2.ReplyRequest()
    fill(asked, [("answered_at", "2025-01-06T09:30"), ("measures", "一行\r\n二行")])
    assert asked.answered_at.ToDatetime(UTC) == datetime(2025, 1, 6, 1, 30, tzinfo=UTC)
    assert asked.measures == "一行\n二行"


@pytest.mark.parametrize(
    ("name", "value"),
    [("filter.light", "PURPLE"), ("page.size", "many"), ("page.size", "-1"), ("page.size", "9" * 20), ("filter.due_until", "soon")],
)
def test_what_is_no_value_of_its_field_is_refused(name: str, value: str) -> None:
    with pytest.raises(Problem) as refused:
        fill(desks_pb2.ListUnitInboxRequest(), [(name, value)])
    assert refused.value.reason == "INVALID"


def test_a_flag_is_set_by_a_checked_box() -> None:
    asked = desks_pb2.ListDecisionsRequest()
    fill(asked, [("escalated", "on")])
    assert asked.escalated
    content = content_pb2.TicketContent()
    fill(content, [("place.town", "马尚街道"), ("mask_words", "甲"), ("mask_words", "乙")])
    assert (content.place.town, list(content.mask_words)) == ("马尚街道", ["甲", "乙"])
