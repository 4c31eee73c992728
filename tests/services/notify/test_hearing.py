"""Which fact is told to whom (Art. 11(1), 11(2), 11(4), 11(6), 11(8), 11(9), 12, 13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.protobuf.message import Message

from chassis.bus.marks import disagreements, ticks_of
from hotline.assessment.v1 import events_pb2 as assessment
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.sla.v1 import events_pb2 as sla
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.notify.worker import NotifyWorker
from tests.services.notify.office import CITY, DISTRICT, NUMBER, ORDER, Office, changed, date, lit, stamp, urged

URGENT: dict[str, Any] = {"urgency": ticket.URGENCY_URGENT, "urgent_kind": ticket.URGENT_KIND_WATER}
Make = Callable[[datetime], Message]


def left(now: datetime) -> Message:
    return changed(now, "grant_return", [date(now, state=dispatch.CLOCK_STATE_VOID)], unit_id="", version=5)


def voided(now: datetime) -> sla.UrgingVoided:
    return sla.UrgingVoided(urging_id="u-1", order_id=ORDER, unit_id="water", number=NUMBER, reason="期限变更", at=stamp(now), version=2)


TOLD: list[tuple[str, Make, list[str], list[str]]] = [
    ("a new order", lambda now: changed(now, "dispatch"), ["order_dispatched"], []),
    ("an urgent one", lambda now: changed(now, "dispatch", **URGENT), ["urgent_dispatched"], ["urgent_dispatched"]),
    ("one handed on", lambda now: changed(now, "hand_on", outer_order_id="o-0"), ["order_dispatched"], []),
    ("one that became urgent", lambda now: changed(now, "upgrade", **URGENT), ["urgent_dispatched"], ["urgent_dispatched"]),
    ("the one it was handed on from", lambda now: changed(now, "hand_on"), [], []),
    ("a decision, which a dispatch carries out", lambda now: changed(now, "decide_coordination"), [], []),
    ("a rework", lambda now: changed(now, "rework"), ["order_reworked"], []),
    ("a return granted", left, ["return_granted"], []),
    ("a return refused", lambda now: changed(now, "refuse_return"), ["return_refused"], []),
    ("an extension", lambda now: changed(now, "grant_extension"), ["extension_granted"], ["extension_told"]),
    ("an inner order's", lambda now: changed(now, "grant_extension", outer_order_id="o-0"), ["extension_granted"], []),
    ("a provincial one's", lambda now: changed(now, "grant_extension", source=ticket.SOURCE_PROVINCIAL), ["extension_granted"], []),
    ("an extension refused", lambda now: changed(now, "refuse_extension"), ["extension_refused"], []),
    ("a rating link", lambda now: changed(now, "send_rating_link", link_until=now + timedelta(hours=72)), [], ["rating_link"]),
    ("a sign-in", lambda now: changed(now, "sign_in"), [], []),
    ("yellow", lit, ["yellow_lit"], []),
    ("a light that went back", lambda now: lit(now, lit=False), [], []),
    ("red, which comes with its urging", lambda now: lit(now, ticket.LIGHT_RED), [], []),
    ("an urging", urged, ["red_urged"], ["red_urged"]),
    ("a void urging", voided, ["urging_voided"], []),
    (
        "an answer",
        lambda now: dispatch.AnswerPassed(
            order_id=ORDER, ticket_id="t-1", number=NUMBER, round=1, result="已恢复", at=stamp(now), version=9
        ),
        [],
        ["answer_passed"],
    ),
]


@pytest.mark.parametrize(("make", "laid", "queued"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_whom_a_fact_is_told_to_and_once_however_often_it_is_heard(office: Office, make: Make, laid: list[str], queued: list[str]) -> None:
    event = make(office.clock.now())
    for _ in range(3):
        office.tell(event)
    assert (office.laid("water"), office.queued()) == (laid, queued)


def test_a_formed_ticket_is_told_to_its_caller_but_a_provincial_one(office: Office) -> None:
    office.form()
    office.form()
    office.form("t-2", source=ticket.SOURCE_PROVINCIAL)
    (message,) = office.rows("messages")
    assert (message["ticket_id"], message["fields"], message["rank"]) == ("t-1", {"number": NUMBER}, 1)


def test_assisting_units_are_told_of_their_own_date(office: Office) -> None:
    now = office.clock.now()
    office.tell(changed(now, "dispatch", [date(now), date(now, "roads", assisting=True)]))
    old = date(now - timedelta(days=1), "roads", assisting=True)
    office.tell(changed(now, "dispatch", [date(now), old], version=7))
    assert (office.laid("water"), office.laid("roads")) == (["order_dispatched"] * 2, ["order_dispatched"])


@pytest.mark.parametrize(
    ("choice", "by_sms"), [("none", []), ("urgent", ["urgent_dispatched"]), ("all", ["order_dispatched", "urgent_dispatched"])]
)
def test_a_units_contact_is_told_by_sms_as_its_tenant_chooses(office: Office, choice: str, by_sms: list[str]) -> None:
    now = office.clock.now()
    office.policies(unit_sms=choice)
    office.tell(changed(now, "dispatch"))
    office.tell(changed(now, "dispatch", version=7, **URGENT))
    assert sorted(office.queued()) == by_sms
    assert all((row["unit_id"], row["channel"]) == ("water", "sms") for row in office.rows("messages") if row["state"] == "queued")


def test_named_departments_are_told_of_the_urgent_event(office: Office) -> None:
    told = dispatch.UrgentRaised(order_id=ORDER, ticket_id="t-1", number=NUMBER, told_unit_ids=["roads", "water"], version=1)
    told.at.CopyFrom(stamp(office.clock.now()))
    told.urgent_kind = ticket.URGENT_KIND_GAS
    office.tell(told)
    assert (office.laid("roads"), office.laid("water")) == (["urgent_raised"], ["urgent_raised"])
    assert all("较大规模停气" in row["text"] and row["urgent"] for row in office.rows("inbox_items"))


def test_a_unit_under_supervision_is_told_its_number_its_clause_and_its_term(office: Office) -> None:
    now = office.clock.now()
    told = assessment.SupervisionIssued(supervision_id="s-1", unit_id="zhangdian", number="DB20250001", ground="15-1", version=1)
    told.at.CopyFrom(stamp(now))
    told.due_at.CopyFrom(stamp(datetime.fromisoformat("2025-01-10T16:00:00+00:00")))
    office.tell(told)
    office.tell(told)
    assert (office.laid("zhangdian-hub", DISTRICT), office.rows("inbox_items", CITY)) == (["supervised"], [])
    assert [row["text"] for row in office.rows("inbox_items", DISTRICT)] == [
        "【督办】督办单DB20250001：因超出办理时限未办理，市政府市民投诉中心对本单位进行督办，请于2025年1月10日24:00前整改并反馈。"
    ]


def test_a_unit_is_asked_to_study_a_topic_by_its_number_and_its_term(office: Office) -> None:
    told = assessment.StudyAsked(study_id="t-1", unit_id="zhangdian", number="ZT20250001", version=1)
    told.at.CopyFrom(stamp(office.clock.now()))
    told.due_at.CopyFrom(stamp(datetime.fromisoformat("2025-01-10T16:00:00+00:00")))
    office.tell(told)
    office.tell(told)
    assert [row["text"] for row in office.rows("inbox_items", DISTRICT)] == [
        "【专题研究】专题ZT20250001：涉及本单位的热线事项反映比较集中，请于2025年1月10日24:00前专题研究、建立长效机制并反馈。"
    ]


def test_the_hub_is_told_of_a_burst_without_its_place_or_what_it_is_about(office: Office) -> None:
    told = assessment.BurstFound(burst_id="b-1", number="YJ20250001", category="01.01.01", calls=7, version=1)
    told.place.town = "科苑街道"
    told.at.CopyFrom(stamp(office.clock.now()))
    office.tell(told)
    office.tell(told)
    assert [row["text"] for row in office.rows("inbox_items", CITY)] == [
        "【集中诉求预警】YJ20250001：一刻钟内同一地点、同一类诉求已有7件，请核实处置。"
    ]


def test_a_districts_unit_is_told_at_its_own_hub(office: Office) -> None:
    now = office.clock.now()
    office.tell(changed(now, "dispatch", [date(now, "zhangdian")], unit_id="zhangdian", handling_tenant_id=DISTRICT))
    assert (office.laid("zhangdian-hub", DISTRICT), office.rows("inbox_items", CITY)) == (["order_dispatched"], [])


def test_a_text_names_the_date_in_force(office: Office) -> None:
    now = office.clock.now()
    moved = date(now, kind=ticket.DEADLINE_KIND_EXTENSION, deadline_version=2)
    moved.deadline.deadline_at.CopyFrom(stamp(datetime.fromisoformat("2025-01-17T00:00+08:00")))
    office.tell(changed(now, "grant_extension", [date(now), moved, date(now, kind=ticket.DEADLINE_KIND_FIRST_REPORT, deadline_version=3)]))
    (item,) = office.rows("inbox_items")
    assert item["text"] == f"工单{NUMBER}的延期申请已同意，办理期限延至2025年1月16日24:00。"


def test_what_is_long_past_is_told_to_nobody(office: Office) -> None:
    office.tell(changed(office.clock.now() - timedelta(days=4), "grant_extension"))
    office.form(formed_at=stamp(office.clock.now() - timedelta(days=4)))
    assert (office.rows("messages"), office.rows("inbox_items")) == ([], [])


def test_the_worker_hears_what_the_protos_say_it_is_told() -> None:
    assert disagreements("notify", NotifyWorker()) == []
    assert {ticking.name for ticking in ticks_of(NotifyWorker())} == {"end_lost_calls", "expire_messages", "measure", "seal_days"}
