"""The longest way through the hotline: every verb in which somebody writes something, each text a place where numbers may stand."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from tests.journeys.cities import City
from tests.journeys.matters import Matter
from tests.journeys.orders import Order
from tests.journeys.planting import KEPT, NEIGHBOUR, numbers
from tests.journeys.verbs import ask, fill, request_of

LAMPS, ROADS, WATER, DISTRICT, TOWN = "urban-management", "housing-construction", "water-supply", "zhangdian", "town-370303001"
SAID = f"我是{KEPT.name}，家住{KEPT.address}，邻居{NEIGHBOUR}可以作证，请回电{KEPT.phone}或写信到{KEPT.other_contact}。"
REASON = {"reason": "办理需要"}


def walk(city: City) -> Matter:
    """From a Monday morning on, some three weeks. Answers the matter that went furthest."""
    furthest = _drafted(city)
    _returned_and_put_off(city, furthest)
    _sent_back_and_reworked(city, furthest)
    _settled_at_intake(city, furthest)
    _urgent_in_a_district(city)
    _supported_and_coordinated(city)
    _unreachable(city)
    _left_alone(city)
    _kept_for_replies(city)
    formed(city).do("withdraw_ticket", city.hub.call_back, **REASON)
    return furthest


def formed(city: City, **told: Any) -> Matter:
    """Said by the one whose name and address must go nowhere, who repeats them in the text."""
    matter = city.register(_said(**told))
    matter.do("form_ticket", city.hub.operator)
    return matter


def _said(**told: Any) -> content.TicketContent:
    said = content.TicketContent(caller=KEPT, mask_words=[NEIGHBOUR], place=_place())
    said.parties.add(name=f"{KEPT.name}家楼下的饭店")
    fill(said, {"channel": "PHONE", "nature": "COMPLAINT", "category": "01.01.01", "title": f"{KEPT.name}来电", "text": SAID, **told})
    return said


def _place() -> shared.Place:
    return shared.Place(district=DISTRICT, town="车站街道", address=KEPT.address)


def _drafted(city: City) -> Matter:
    operator = city.hub.operator
    draft = ask(operator, "save_draft", request_of("save_draft", {"content": _said()})).draft
    ask(operator, "load_draft", request_of("load_draft", {"draft_id": draft.draft_id}))
    ask(operator, "preview_mask", request_of("preview_mask", {"content": _said()}))
    registering = tickets.RegisterTicketRequest(content=_said(), masking_confirmed=True, draft_id=draft.draft_id)
    matter = Matter(city, ask(operator, "register_ticket", registering).ticket, KEPT)
    parties = tickets.Parties(parties=[shared.Party(name=f"{NEIGHBOUR}的房东")])
    matter.do("amend_ticket", operator, title=f"{NEIGHBOUR}可作证", place=_place(), parties=parties, mask_words=["百里先生"])
    picture = b"\xff\xd8\xff" + SAID.encode()
    name = f"{KEPT.name}{numbers(998)[0]}拍摄.jpg"
    matter.do("upload_attachment", operator, name=name, content=picture, size=len(picture), sha256=hashlib.sha256(picture).hexdigest())
    matter.do("form_ticket", operator)
    ask(city.hub.reviewer, "find_tickets_of_caller", request_of("find_tickets_of_caller", {"phone": KEPT.phone}))
    return matter


def _returned_and_put_off(city: City, matter: Matter) -> None:
    hub, order, water, roads = city.hub, matter.order, city.unit(WATER), city.unit(ROADS)
    order.do("dispatch", hub.dispatcher, unit_id=LAMPS)
    order.do("recall", hub.dispatcher)
    order.do("dispatch", hub.dispatcher, unit_id=WATER)
    order.do("request_return", water, suggested_unit_id=ROADS)
    order.do("refuse_return", hub.dispatcher)
    order.do("request_return", water, suggested_unit_id=ROADS)
    order.do("grant_return", hub.dispatcher)
    order.do("dispatch", hub.dispatcher, unit_id=ROADS)
    order.do("sign_in", roads)
    matter.is_open_to(roads)
    matter.do("reveal_caller", roads, **REASON)
    matter.do("reveal_text", roads, **REASON)
    order.do("request_extension", roads, days=2)
    order.do("refuse_extension", hub.reviewer)
    order.do("request_extension", roads, days=2)
    order.do("grant_extension", hub.reviewer)
    order.do("request_progress_report", roads, promised_on=date(2025, 1, 17))
    order.do("refuse_progress_report", hub.reviewer)
    order.do("request_progress_report", roads, promised_on=date(2025, 1, 17))
    order.do("grant_progress_report", hub.reviewer)


def _sent_back_and_reworked(city: City, matter: Matter) -> None:
    hub, order, roads = city.hub, matter.order, city.unit(ROADS)
    matter.do("supplement_ticket", hub.call_back, text=SAID)
    city.rests()
    order.do("reply", roads)
    order.do("send_back_reply", hub.reviewer)
    order.do(
        "reply_with_explanation",
        roads,
        measures="已逐条说明",
        result="不符合规定，已解释清楚",
        basis="《物业管理条例》",
        answered_by="PHONE",
    )
    order.do("pass_review", hub.reviewer)
    order.do("record_attempt", hub.call_back)
    order.do("record_ratings", hub.call_back, process="FAIR", result="DISSATISFIED")
    order.do("rework", hub.call_back)
    order.do("sign_in", roads)
    order.do("reply", roads)
    order.do("pass_review", hub.reviewer)
    order.do("record_ratings", hub.call_back, process="FAIR", result="DISSATISFIED")
    order.do("close_dissatisfied", hub.reviewer)
    matter.ends("CLOSED")


def _settled_at_intake(city: City, concluded: Matter) -> None:
    operator = city.hub.operator
    city.register(_said()).do("answer_directly", operator, answer="可到政务服务大厅办理")
    declined = {"code": "OUTSIDE_TERRITORY", "words": "不属于本市受理范围", "turn_to": "事发地热线"}
    city.register(_said()).do("decline_ticket", operator, **declined)
    city.register(_said()).do("pass_emergency", operator, number="110", note="已三方通话")
    repeated = city.register(_said())
    repeated.do("request_decline", operator, repeats_ticket_id=concluded.ticket_id)
    repeated.do("refuse_decline", city.hub.supervisor, reason="有新的情况")
    repeated.do("group_ticket", operator, under_ticket_id=concluded.ticket_id)
    repeated.do("ungroup_ticket", operator, **REASON)


def _urgent_in_a_district(city: City) -> None:
    district, town = city.hub_of(DISTRICT), city.unit(TOWN)
    order = formed(city, urgency="URGENT").order
    order.do("dispatch", city.hub.dispatcher, unit_id=DISTRICT)
    inner = Order(city, order.do("hand_on", district.dispatcher, unit_id=TOWN).inner.order_id)
    inner.do("submit_first_report", town, report="抢修人员已到现场")


def _supported_and_coordinated(city: City) -> None:
    hub, water, roads = city.hub, city.unit(WATER), city.unit(ROADS)
    order = formed(city).order
    order.do("dispatch", hub.dispatcher, unit_id=WATER)
    order.do("upgrade", hub.dispatcher, urgent_kind="WATER", **REASON)
    order.do("downgrade", hub.dispatcher, **REASON)
    order.do("add_assisting", hub.dispatcher, unit_ids=[ROADS, LAMPS], note="请配合")
    order.do("withdraw_assisting", hub.dispatcher, unit_id=LAMPS, **REASON)
    order.do("sign_in_assisting", roads)
    order.do("submit_contribution", roads, contribution="已配合完成围挡")
    order.do("request_return", water, suggested_unit_id=ROADS)
    order.do("refuse_return", hub.dispatcher)
    order.do("dispute_return", water, **REASON)
    case = order.case()
    case.do("add_participants", hub.dispatcher, unit_ids=[ROADS])
    case.do("record_minutes", hub.dispatcher, minutes="双方陈述了职责依据")
    case.do("request_confirmation", hub.supervisor, question="路面塌陷引起的停水由谁牵头")
    confirmed = {"document_number": "编办函3号", "documented_on": date(2025, 1, 6), "finding": "由住建局牵头"}
    case.do("record_confirmation", hub.supervisor, **confirmed)
    case.decide(hub.supervisor, lead_unit_id=ROADS, **REASON)
    order.do("open_coordination", hub.dispatcher, **REASON)


def _unreachable(city: City) -> None:
    hub, water = city.hub, city.unit(WATER)
    matter = formed(city)
    order = matter.order
    order.do("dispatch", hub.dispatcher, unit_id=WATER)
    order.do("sign_in", water)
    order.do("reply", water)
    order.do("pass_review", hub.reviewer)
    for day in ("2025-01-07 10:00", "2025-01-08 10:00", "2025-01-09 10:00"):
        city.clock(day)
        order.do("record_attempt", hub.call_back)
    order.do("send_rating_link", hub.call_back)
    city.clock("2025-01-13 10:00")
    order.do("find_unreachable", hub.call_back)
    order.do("close_unreachable", hub.reviewer)


def _left_alone(city: City) -> None:
    """The number of another caller, who wants to hear nothing more, and then does."""
    ask(city.hub.call_back, "stop_number", request_of("stop_number", {"phone": numbers(997)[0], "reason": "CALLER_ASKED"}))
    ask(city.hub.call_back, "release_number", request_of("release_number", {"phone": numbers(997)[0]}))


def _kept_for_replies(city: City) -> None:
    """A text that a unit will begin its replies with."""
    roads, said = city.unit(ROADS), {"name": "路面修复", "measures": "已安排修复", "result": "已恢复通行", "basis": "《城市道路管理条例》"}
    template = ask(roads, "add_reply_template", request_of("add_reply_template", said)).template
    again = {**said, "template_id": template.template_id, "version": template.version}
    ask(roads, "change_reply_template", request_of("change_reply_template", again))
