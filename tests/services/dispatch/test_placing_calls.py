"""11(8): the hotline calls by itself; what the call obtained is recorded by the same verbs, in the name of who placed it."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import Parse
from sqlalchemy import select

from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.notify.v1 import commands_pb2
from hotline.notify.v1 import events_pb2 as notify
from tests.services.dispatch.city import CALLER_BACK, HANDLER, REVIEWER, City, Serve
from tests.services.refused import Refused

PLACE = "CallBackService/PlaceCall"


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def ordered(city: City) -> list[commands_pb2.PlaceCall]:
    outbox = city.store.tables["outbox"]
    wanted = select(outbox.c.payload).where(outbox.c.type == "hotline.notify.v1.PlaceCall").order_by(outbox.c.seq)
    return [Parse(row["payload"], commands_pb2.PlaceCall()) for row in city.store.across(lambda tx: tx.all(wanted))]


def placed(city: City) -> tuple[orders_pb2.Order, commands_pb2.PlaceCall]:
    order = city.do(PLACE, city.calling(), CALLER_BACK)
    return order, ordered(city)[-1]


def end(city: City, call: commands_pb2.PlaceCall, outcome: notify.CallOutcome.ValueType, digits: str = "", times: int = 1) -> None:
    for _ in range(times):
        city.tell(
            notify.CallEnded(call_id=call.call_id, order_id=call.order_id, outcome=outcome, digits=digits, recording="r-1"), source="notify"
        )


def test_a_call_is_ordered_once_and_no_second_while_it_is_under_way(city: City) -> None:
    order, call = placed(city)
    assert (call.order_id, call.ticket_id, call.number, call.round) == (order.order_id, order.ticket_id, order.number, 1)
    with pytest.raises(Refused, match="等待通话结果") as refused:
        city.do(PLACE, order, CALLER_BACK)
    assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "11-8")
    end(city, call, notify.CALL_OUTCOME_BUSY)
    city.do(PLACE, city.get(order).order, CALLER_BACK)
    assert len(ordered(city)) == 2


@pytest.mark.parametrize(
    ("outcome", "digits", "attempts"),
    [
        (notify.CALL_OUTCOME_BUSY, "", [orders_pb2.ATTEMPT_OUTCOME_BUSY]),
        (notify.CALL_OUTCOME_NO_ANSWER, "", [orders_pb2.ATTEMPT_OUTCOME_NO_ANSWER]),
        (notify.CALL_OUTCOME_ANSWERED, "", [orders_pb2.ATTEMPT_OUTCOME_REFUSED]),
        (notify.CALL_OUTCOME_ANSWERED, "1", [orders_pb2.ATTEMPT_OUTCOME_REFUSED]),
        (notify.CALL_OUTCOME_ANSWERED, "14", [orders_pb2.ATTEMPT_OUTCOME_REFUSED]),
        (notify.CALL_OUTCOME_FAILED, "", []),
    ],
)
def test_a_call_that_obtained_nothing_is_an_attempt_once_however_often_it_is_told(
    city: City, outcome: notify.CallOutcome.ValueType, digits: str, attempts: list[int]
) -> None:
    order, call = placed(city)
    end(city, call, outcome, digits, times=3)
    assert [each.outcome for each in city.get(order).attempts] == attempts
    assert city.get(order).order.state == events_pb2.ORDER_STATE_CALLING_BACK


def test_both_keys_are_both_ratings_in_the_name_of_who_placed_the_call(city: City) -> None:
    order, call = placed(city)
    end(city, call, notify.CALL_OUTCOME_ANSWERED, "13", times=2)
    called: Any = city.get(order).rounds[0].call_back
    assert (called.process, called.result, called.via) == (
        events_pb2.RATING_SATISFIED, events_pb2.RATING_DISSATISFIED, orders_pb2.RATING_VIA_PHONE,
    )  # fmt: skip
    verbs = [event.verb for event in city.told(order)]
    assert verbs[-2:] == ["place_call", "record_ratings"]


def test_what_a_person_did_meanwhile_stands(city: City) -> None:
    order, call = placed(city)
    said = {"process": events_pb2.RATING_FAIR, "result": events_pb2.RATING_FAIR, "via": orders_pb2.RATING_VIA_PHONE}
    city.do("CallBackService/RecordRatings", order, CALLER_BACK, **said)
    end(city, call, notify.CALL_OUTCOME_ANSWERED, "33")
    assert city.get(order).rounds[0].call_back.process == events_pb2.RATING_FAIR
    with pytest.raises(Refused):
        city.do(PLACE, city.get(order).order, CALLER_BACK)


def test_only_call_back_staff_and_only_while_the_caller_is_called_back(city: City) -> None:
    calling = city.calling()
    for by in (HANDLER, REVIEWER):
        with pytest.raises(Refused) as refused:
            city.do(PLACE, calling, by)
        assert refused.value.code == "PERMISSION_DENIED"
    with pytest.raises(Refused) as refused:
        city.do(PLACE, city.replied(), CALLER_BACK)
    assert refused.value.code == "FAILED_PRECONDITION"
    city.tell(notify.CallEnded(call_id="nobodys", outcome=notify.CALL_OUTCOME_BUSY), source="notify")
    assert ordered(city) == []
