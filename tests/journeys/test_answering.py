"""办理与反馈: an order answered in time, one left through a holiday, and replies that will not do (Art. 11(1)–(5), (8), (10), 12)."""

from __future__ import annotations

import grpc
import pytest

from tests.journeys.cities import City
from tests.journeys.dates import at, end_of, local
from tests.journeys.orders import Lit, Stands, Urged
from tests.journeys.verbs import ask, request_of

pytestmark = pytest.mark.journey
LAMPS, WATER = "urban-management", "water-supply"


@pytest.mark.begins("2021-02-04 09:00")
def test_an_order_left_through_the_spring_festival_turns_yellow_and_red_and_is_urged_once(city: City) -> None:
    hub, handler = city.hub, city.unit(LAMPS)
    matter = city.call("金晶大道的路灯已经三天不亮，晚上出行不便")
    order = matter.order
    city.clock("2021-02-04 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=LAMPS)
    # A Friday; the Sunday that is worked instead of a day of the festival; Monday to Wednesday, the last day before it.
    assert order.counted("HANDLE") == ["2021-02-05", "2021-02-07", "2021-02-08", "2021-02-09", "2021-02-10"]
    assert order.stands() == Stands("DISPATCHED", "HANDLE", end_of("2021-02-10"))
    city.clock("2021-02-04 11:00")
    order.do("sign_in", handler)
    assert order.stands() == Stands("HANDLING", "HANDLE", end_of("2021-02-10"))

    city.clock("2021-02-09 23:55")
    order.shows("NONE")
    city.clock("2021-02-10 00:05")
    order.shows("YELLOW")
    city.clock("2021-02-11 00:05")
    assert order.stands() == Stands("HANDLING", "HANDLE", end_of("2021-02-10"), overdue=True)
    order.refuses("11-4", "request_extension", handler, days=3)
    city.clock("2021-02-18 23:55")
    order.shows("YELLOW")
    assert order.urgings() == []
    city.clock("2021-02-19 00:05")
    order.shows("RED")
    assert order.urgings() == [Urged(1, "HANDLE", end_of("2021-02-18"))]

    city.clock("2021-02-19 09:00")
    order.do("reply", handler)
    assert order.stands() == Stands("REPLIED", "HANDLE", end_of("2021-02-10"), overdue=True)
    order.shows("RED")
    city.clock("2021-02-20 09:00")
    matter.is_settled()
    assert order.lights() == [Lit(1, "HANDLE", "YELLOW", end_of("2021-02-09")), Lit(1, "HANDLE", "RED", end_of("2021-02-18"))]
    assert order.urgings() == [Urged(1, "HANDLE", end_of("2021-02-18"))]
    assert order.round().overdue
    assert matter.steps()["sla"] == ["turn_light", "turn_light", "issue_urging"]


@pytest.mark.begins("2021-04-23 09:00")
def test_a_deficient_reply_is_sent_back_and_counted_but_is_no_rework(city: City) -> None:
    hub, handler = city.hub, city.unit(LAMPS)
    matter = city.call("小区北门外井盖破损，车辆碾压响声很大")
    order = matter.order
    city.clock("2021-04-23 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=LAMPS)
    # The Sunday before the May holiday is worked.
    assert order.counted("HANDLE") == ["2021-04-25", "2021-04-26", "2021-04-27", "2021-04-28", "2021-04-29"]
    city.clock("2021-04-25 09:00")
    order.do("sign_in", handler)
    order.refuses("11-5", "reply", handler, result="已处理")
    order.refuses("11-5", "reply", handler, measures="")
    city.clock("2021-04-26 15:00")
    order.do("reply", handler)
    assert order.stands() == Stands("REPLIED", "HANDLE", end_of("2021-04-29"))

    # A working day from here is the end of the 28th: the old date is the later one.
    city.clock("2021-04-27 10:00")
    order.refuses("11-8", "send_back_reply", hub.reviewer, reason="")
    order.do("send_back_reply", hub.reviewer)
    assert order.stands() == Stands("HANDLING", "HANDLE", end_of("2021-04-29"))
    city.clock("2021-04-29 15:00")
    order.shows("YELLOW")
    order.do("reply", handler)
    # From Friday over the holiday, Saturday to Wednesday, to Thursday.
    city.clock("2021-04-30 10:00")
    order.do("send_back_reply", hub.reviewer)
    assert order.stands() == Stands("HANDLING", "DEFICIENT", end_of("2021-05-06"))
    order.shows("NONE")
    city.clock("2021-05-01 00:05")
    order.shows("YELLOW")
    city.clock("2021-05-06 16:00")
    order.do("reply", handler)
    city.clock("2021-05-07 09:00")
    matter.is_settled()

    round_ = order.round()
    assert (round_.deficient, round_.overdue, order.seen().order.reworks) == (2, False, 0)
    assert [bool(reply.sent_back_reason) for reply in order.seen().replies] == [True, True, False]
    assert order.lights() == [Lit(1, "HANDLE", "YELLOW", end_of("2021-04-28")), Lit(1, "DEFICIENT", "YELLOW", end_of("2021-04-30"))]
    assert order.urgings() == []
    assert matter.steps()["dispatch"] == [
        "open", "dispatch", "sign_in", "reply", "send_back_reply", "reply", "send_back_reply", "reply",
        "pass_review", "record_ratings", "close_satisfied",
    ]  # fmt: skip


@pytest.mark.begins("2021-09-17 09:00")
def test_an_ordinary_order_is_answered_in_time_reviewed_called_back_and_closed(city: City) -> None:
    hub, handler = city.hub, city.unit(WATER)
    matter = city.call("早上七点开始小区停水，物业说是主管道漏水")
    order = matter.order
    assert (local(matter.ticket().settle_by) - local(matter.ticket().received_at)).total_seconds() == 3600
    assert order.stands() == Stands("PENDING", "DISPATCH", end_of("2021-09-18"))
    city.clock("2021-09-17 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=WATER)
    # The Saturday is worked, Sunday to Tuesday is the holiday, and the next Sunday is worked for the one after.
    assert order.counted("HANDLE") == ["2021-09-18", "2021-09-22", "2021-09-23", "2021-09-24", "2021-09-26"]
    assert order.due("RETURN") == end_of("2021-09-22")
    assert order.stands() == Stands("DISPATCHED", "HANDLE", end_of("2021-09-26"))

    city.clock("2021-09-18 09:00")
    order.do("sign_in", handler)
    city.clock("2021-09-26 00:05")
    order.shows("YELLOW")
    city.clock("2021-09-26 10:00")
    order.do("reply", handler)
    assert order.stands() == Stands("REPLIED", "HANDLE", end_of("2021-09-26"))
    city.clock("2021-09-27 10:00")
    order.refuses("11-9", "rework", hub.reviewer)
    matter.is_settled()
    city.clock("2021-09-28 00:05")
    assert not order.round().overdue
    assert local(order.round().replied_at) >= at("2021-09-26 10:00")
    assert order.lights() == [Lit(1, "HANDLE", "YELLOW", end_of("2021-09-24"))]
    assert order.urgings() == []
    assert matter.steps() == {
        "intake": ["register_ticket", "form_ticket", "close_ticket"],
        "dispatch": ["open", "dispatch", "sign_in", "reply", "pass_review", "record_ratings", "close_satisfied"],
        "sla": ["turn_light"],
    }


@pytest.mark.begins("2021-10-09 09:00")
def test_a_ticket_is_seen_by_its_holder_alone_and_its_caller_only_for_a_reason(city: City) -> None:
    handler, stranger, neighbour = city.unit(WATER), city.unit(LAMPS), city.hub_of("zhangdian")
    matter = city.call("小区二次供水水质发黄，请尽快处理")
    matter.order.do("dispatch", city.hub.dispatcher, unit_id=WATER)
    matter.is_open_to(handler, city.hub.dispatcher, city.hub.call_back)
    matter.is_hidden_from(stranger, neighbour.dispatcher, neighbour.supervisor)
    reason = {"reason": "上门前需与诉求人联系"}
    for curious in (stranger, neighbour.supervisor, city.hub.assessor):
        with pytest.raises(grpc.RpcError) as unseen:
            matter.do("reveal_caller", curious, **reason)
        assert unseen.value.code() in {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED}
    with pytest.raises(grpc.RpcError) as unreasoned:
        matter.do("reveal_caller", handler)
    assert unreasoned.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert matter.do("reveal_caller", handler, **reason).caller == matter.caller
    phone = matter.caller.phone
    assert matter.ticket().caller.phone == f"{phone[:3]}****{phone[-4:]}"
    assert matter.steps()["intake"] == ["register_ticket", "form_ticket", "reveal_caller"]


@pytest.mark.begins("2021-10-09 09:30")
def test_a_stale_version_is_told_what_changed_and_a_request_id_is_for_one_request(city: City) -> None:
    matter = city.call("公交站牌倒伏在人行道上")
    order, handler = matter.order, city.unit(LAMPS)
    order.do("dispatch", city.hub.dispatcher, unit_id=LAMPS)
    signing = request_of("sign_in", {"order_id": order.order_id, "version": 1})
    with pytest.raises(grpc.RpcError) as stale:
        ask(handler, "sign_in", signing)
    assert stale.value.code() is grpc.StatusCode.ABORTED
    assert "热线办公室)转办" in (stale.value.details() or "")
    signing = request_of("sign_in", {"order_id": order.order_id, "version": order.seen().order.version})
    ask(handler, "sign_in", signing)
    other = request_of("sign_in", {"order_id": order.order_id, "version": order.seen().order.version})
    other.request_id = signing.request_id  # type: ignore[attr-defined]  # every request that writes has one
    with pytest.raises(grpc.RpcError) as reused:
        city.house.ask("hotline.dispatch.v1.AssignmentService/SignIn", other, type(order.seen()), handler._token())
    assert reused.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert matter.steps()["dispatch"] == ["open", "dispatch", "sign_in"]
