"""What an order's life tells: units in their inboxes, callers by SMS, each once (Art. 11, 12, 13)."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import pytest

from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.dispatch.v1 import orders_pb2 as orders
from hotline.notify.v1 import inbox_pb2 as inbox
from hotline.notify.v1 import message_pb2 as message
from hotline.notify.v1 import messages_pb2 as messages
from simulator.people import Person
from tests.journeys.cities import City
from tests.journeys.matters import Matter
from tests.journeys.orders import WHOLE
from tests.journeys.verbs import name_of
from tests.journeys.waiting import becomes

pytestmark = pytest.mark.journey
HEATING = "heating"
WORDS = ["已受理", "延长办理", "办理结果", "作出评价"]


def taken(city: City, matter: Matter) -> list[str]:
    """What the SMSC took for a ticket's caller, oldest first, each by its first part."""
    return [fact["text"] for fact in city.texts(matter.caller.phone) if fact.get("part", 1) == 1]


def laid(by: Person, matter: Matter) -> list[str]:
    """What a unit's inbox has of a ticket, oldest first."""
    request = inbox.ListChangesRequest(page=WHOLE)
    items = by.ask("notify.v1.InboxService/ListChanges", request, inbox.ListChangesResponse).items
    return [item.notice for item in items if item.ticket_id == matter.ticket_id]


def sent(city: City, matter: Matter, channel: str = "SMS") -> list[tuple[str, str]]:
    """What went to the caller by a channel, oldest first, and how it stands."""
    request = messages.ListMessagesRequest(ticket_id=matter.ticket_id, page=WHOLE)
    found = city.hub.supervisor.ask("notify.v1.MessageService/ListMessages", request, messages.ListMessagesResponse).messages
    texts = [each for each in reversed(found) if name_of(message.MessageChannel, each.channel) == channel and not each.unit_id]
    return [(each.notice, name_of(message.MessageState, each.state)) for each in texts]


@pytest.mark.begins("2022-03-07 09:00")
def test_an_orders_life_is_told_to_its_unit_and_its_caller(city: City) -> None:
    hub, handler = city.hub, city.unit(HEATING)
    matter = city.call("小区供热管网漏水，路面积水结冰", category="01.05.01")
    becomes(lambda: sent(city, matter), [("ticket_formed", "DELIVERED")])

    matter.order.do("dispatch", hub.dispatcher, unit_id=HEATING)
    becomes(lambda: laid(handler, matter), ["order_dispatched"])
    matter.order.do("sign_in", handler)
    matter.order.do("request_extension", handler, days=2)
    matter.order.do("grant_extension", hub.reviewer)
    becomes(lambda: laid(handler, matter), ["order_dispatched", "extension_granted"])
    becomes(lambda: sent(city, matter)[1:], [("extension_told", "DELIVERED")])

    city.clock("2022-03-16 00:05")
    becomes(lambda: laid(handler, matter)[2:], ["yellow_lit"])
    city.clock("2022-03-18 00:05")
    becomes(lambda: laid(handler, matter)[3:], ["red_urged"])
    city.clock("2022-03-18 09:00")
    matter.order.do("reply", handler)
    matter.order.do("pass_review", hub.reviewer)
    becomes(lambda: sent(city, matter)[2:], [("answer_passed", "DELIVERED")])

    # Nobody calls here: the order is told so, and goes on.
    matter.order.do("place_call", hub.call_back)
    becomes(lambda: sent(city, matter, "VOICE"), [("call_back", "FAILED")])
    becomes(lambda: [row["outcome"] for row in city.stores.rows("dispatch", "placed_calls")], ["failed"])
    unrated(city, matter)
    becomes(lambda: sent(city, matter)[3:], [("rating_link", "DELIVERED")])
    assert laid(city.unit("water-supply"), matter) == []
    rates_by_link(city, matter)
    texts = taken(city, matter)
    assert [word for text, word in zip(texts, WORDS, strict=True) if word in text and matter.number in text] == WORDS


def rates_by_link(city: City, matter: Matter) -> None:
    """The caller opens the link out of the text, and answers once (11(8))."""
    text = "".join(fact["text"] for fact in city.texts(matter.caller.phone))
    link = text.rpartition("：http")[2].partition("（")[0]
    assert page(f"http{link}").count('type="radio"') == 6
    assert "都作出评价" in page(f"http{link}", b"process=SATISFIED")
    both = b"process=SATISFIED&result=DISSATISFIED"
    assert ["感谢" in page(f"http{link}", both) for _ in range(2)] == [True, True]
    assert "已经提交过" in page(f"http{link}", b"process=FAIR&result=FAIR")
    assert "无效" in page(f"http{link}A")
    rated = matter.order.round().call_back
    assert (name_of(dispatch.Rating, rated.process), name_of(orders.RatingVia, rated.via)) == ("SATISFIED", "LINK")


def page(address: str, form: bytes | None = None) -> str:
    """What a browser is shown."""
    try:
        with urllib.request.urlopen(address, form, timeout=60) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        return refused.read().decode()


def unrated(city: City, matter: Matter) -> Any:
    """Nobody answers until the link may be sent."""
    call_back = city.hub.call_back
    for when in ("2022-03-18 10:00", "2022-03-18 15:00", "2022-03-19 10:00"):
        city.clock(when)
        matter.order.do("record_attempt", call_back)
    return matter.order.do("send_rating_link", call_back)
