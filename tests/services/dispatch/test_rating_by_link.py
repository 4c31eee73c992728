"""11(8): what the caller answers by the rating link: for its round, while it is open, once."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.caller import Caller
from hotline.dispatch.v1 import events_pb2, orders_pb2
from tests.services.dispatch.city import CALLER_BACK, CITY, DISPATCHER, REVIEWER, City, Serve
from tests.services.refused import Refused

RATE = "CallBackService/RateByLink"
GATEWAY = Caller.peer("gateway", CITY)
GOOD, BAD = events_pb2.RATING_SATISFIED, events_pb2.RATING_DISSATISFIED


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


@pytest.fixture
def linked(city: City) -> orders_pb2.Order:
    """Nobody answered, and the link was sent."""
    order = city.calling()
    for hours in (3, 20, 3):
        order = city.do("CallBackService/RecordAttempt", order, CALLER_BACK, outcome=orders_pb2.ATTEMPT_OUTCOME_BUSY)
        city.wait(hours=hours)
    return city.do("CallBackService/SendRatingLink", order, CALLER_BACK)


def rate(city: City, order: orders_pb2.Order, by: Caller = GATEWAY, **said: Any) -> Any:
    return city.ask(RATE, by, **{"order_id": order.order_id, "round": 1, "process": GOOD, "result": BAD, **said})


def refused(city: City, order: orders_pb2.Order, by: Caller = GATEWAY, **said: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as error:
        rate(city, order, by, **said)
    return error.value.code, error.value.article


def test_a_caller_rates_by_the_link_once(city: City, linked: orders_pb2.Order) -> None:
    assert refused(city, linked, process=0) == ("INVALID_ARGUMENT", "11-8")
    assert refused(city, linked, round=2) == ("FAILED_PRECONDITION", "11-8")
    assert refused(city, linked, CALLER_BACK)[0] == "PERMISSION_DENIED"
    for _ in range(2):
        rate(city, linked, request_id="r-one")
    assert refused(city, linked, process=BAD) == ("FAILED_PRECONDITION", "11-8")
    rated = city.get(linked).rounds[0].call_back
    assert (rated.process, rated.result, rated.via) == (GOOD, BAD, orders_pb2.RATING_VIA_LINK)
    assert [verb for verb, _, _ in city.journal(linked)].count("record_ratings") == 1


def test_a_link_of_a_round_that_was_reworked_or_is_over_rates_nothing(city: City, linked: orders_pb2.Order) -> None:
    city.wait(hours=72, seconds=1)
    assert refused(city, linked) == ("FAILED_PRECONDITION", "11-8")
    order = city.do("CallBackService/FindUnreachable", city.get(linked, DISPATCHER).order, CALLER_BACK)
    city.do("ClosingService/CloseUnreachable", order, REVIEWER, finding="符合供水条例")
    assert refused(city, linked)[0] == "FAILED_PRECONDITION"
