"""An order of the province's from its sending to its closing, over a day on which the province is away (Art. 11(4), 11(6))."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.provincial.v1 import received_pb2 as received
from tests.journeys.cities import City, caller
from tests.journeys.matters import Matter
from tests.journeys.provinces import CODE, Province
from tests.journeys.test_notifying import laid
from tests.journeys.waiting import becomes, until

pytestmark = pytest.mark.journey
HEATING, WATER = "heating", "water-supply"
NUMBER = "SD-2022-0411"
WHOLE = ["RECEIPT", "ACCEPT", "TRANSFER", "RETURN_APPLY", "TRANSFER", "EXTEND_APPLY", "REPLY", "VISIT", "FINISH"]


def registered(city: City) -> Matter:
    """What the province sent, as a ticket of intake's."""
    rows = until(lambda: [row for row in city.stores.rows("intake", "tickets") if row["provincial_number"] == NUMBER], bool)
    answer = city.hub.supervisor.ask(
        "intake.v1.TicketService/GetTicket", tickets.GetTicketRequest(ticket_id=rows[0]["ticket_id"]), tickets.GetTicketResponse
    )
    return Matter(city, answer.ticket, caller(0))


@pytest.mark.begins("2022-04-11 09:00")
def test_an_order_of_the_province_s_comes_and_is_answered_whatever_happens_between(city: City) -> None:
    province, hub = Province.of(city), city.hub
    said: dict[str, Any] = {
        "title": "供热管网漏水",
        "content": "小区供热管网漏水，路面结冰，来电人要求尽快处理",
        "caller": {"name": "演示赵"},
    }
    codes = {"appealType": "03", "classCode": "1101", "areaCode": "370303", "limitTime": "2022-04-16T00:00:00+08:00"}
    province.misbehave(repeats=1, reorders=True, errors=1, cuts=2)
    province.send(NUMBER, "ORDER", {**said, **codes}, city.now())
    province.send(NUMBER, "SUPPLEMENT", {"content": "今天仍在漏"}, city.now())
    becomes(lambda: province.acknowledged(NUMBER), [1, 2])
    matter = registered(city)
    matter.do("form_ticket", hub.operator)
    becomes(lambda: province.kinds(NUMBER), WHOLE[:2])

    province.misbehave(away=True)
    matter.order.do("dispatch", hub.dispatcher, unit_id=WATER)
    matter.order.do("request_return", city.unit(WATER), suggested_unit_id=HEATING)
    matter.order.do("grant_return", hub.dispatcher)
    matter.order.do("dispatch", hub.dispatcher, unit_id=HEATING)
    city.clock("2022-04-12 09:00")
    assert province.kinds(NUMBER) == WHOLE[:2]
    province.misbehave(away=False)
    becomes(lambda: province.kinds(NUMBER), WHOLE[:5])

    handler = city.unit(HEATING)
    assert matter.order.seen().order.due_at.ToDatetime().isoformat() == "2022-04-15T16:00:00", "the province's, before ours of the 18th"
    province.send(NUMBER, "URGE", {"content": "请抓紧办理"}, city.now())
    becomes(lambda: laid(handler, matter)[1:], ["province_urged"])
    # Its words are a supplement too, which moves the order to its next version.
    city.rests()
    matter.order.do("sign_in", handler)
    matter.order.do("request_extension", handler, days=2)
    becomes(lambda: province.kinds(NUMBER), WHOLE[:6])
    province.send(NUMBER, "DECIDE", {"applyType": "EXTEND_APPLY", "agree": True, "days": 2}, city.now())
    becomes(lambda: laid(handler, matter)[2:], ["province_decided"])
    # Two working days after Friday 15: its own date moved, and the order's with it.
    becomes(lambda: matter.order.seen().order.provincial_due_at.ToDatetime().isoformat(), "2022-04-19T16:00:00")
    matter.order.do("grant_extension", hub.reviewer)
    matter.order.do("reply", handler)
    matter.order.do("pass_review", hub.reviewer)
    matter.order.do("record_ratings", hub.call_back, process="SATISFIED", result="FAIR")
    matter.order.do("close_satisfied", hub.reviewer)
    becomes(lambda: province.kinds(NUMBER), WHOLE)

    orders = received.ListProvincialOrdersResponse
    (order,) = hub.supervisor.ask(
        "provincial.v1.ProvincialOrderService/ListProvincialOrders", received.ListProvincialOrdersRequest(), orders
    ).orders  # fmt: skip
    assert (order.provincial_number, order.flagged, order.estimated) == (NUMBER, True, False)
    assert order.ruling_at == order.provincial_due_at, "the earlier rules"
    for day in ("2022-04-11", "2022-04-12"):
        compared = city.command("chassis.job", "provincial", "reconcile", CODE, day)
        assert (compared.returncode, compared.stdout) == (0, "共 0 处差异\n"), compared.stderr
