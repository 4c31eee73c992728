"""Suggestions over gRPC: with reasons, of the tenant's own, kept nowhere, and never to the party complained about (Art. 17)."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import SetClock
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import suggestions_pb2 as pb
from hotline.ticket.v1 import ticket_pb2
from services.intake.store.alike import MOST_EARLIER
from tests.services.intake.desk import CALLER, HANDLER, OPERATOR, REVIEWER, SUPERVISOR, Desk, person
from tests.services.intake.test_lists import counted
from tests.services.refused import Refused

CATEGORY, URGENCY, EARLIER, EVENT = (f"SuggestionService/Suggest{each}" for each in ("Category", "Urgency", "EarlierTickets", "SameEvent"))
MIXER: dict[str, Any] = {"title": "小区旁建搅拌站", "text": "丽发新城小区旁边建搅拌站，噪音扬尘严重影响居民", "category": "12.01.01"}
AGAIN: dict[str, Any] = {"title": "丽发新城搅拌站扰民", "text": "丽发新城附近修建搅拌站，扬尘大，污染环境", "category": "01.01.01"}
UNLIKE: dict[str, Any] = {"title": "咨询医保报销比例", "text": "请问住院费用怎么报销", "category": "10.02.01"}
ROADS_OPERATOR = person("roads-1", "OPERATOR", unit="roads")
ELSEWHERE: dict[str, Any] = {"phone": "13905330000", "name": "李四光"}


def ids(answer: Any) -> list[str]:
    return [each.ticket.ticket_id for each in answer.suggestions]


def test_suggest_category_by_keywords_before_there_is_a_model(desk: Desk) -> None:
    answer = desk.ask(CATEGORY, title="自来水", text="家里停水三天，自来水公司不来抢修")
    assert (answer.basis, answer.model_version) == (pb.CATEGORY_BASIS_KEYWORDS, 0)
    assert len(answer.suggestions) == 3
    best = answer.suggestions[0]
    assert (best.code, best.path) == ("01.01.01", "公用事业/供水/停水与爆管抢修")
    assert {"停水", "自来水"} <= set(best.words)
    assert 100 >= best.confidence >= answer.suggestions[1].confidence


def test_suggest_category_says_nothing_where_nothing_speaks(desk: Desk) -> None:
    assert not desk.ask(CATEGORY, text="你好").suggestions


def test_suggest_urgency_names_the_kind_and_the_words(desk: Desk) -> None:
    (found,) = desk.ask(URGENCY, text="柳泉路一带停水，三百户没有水").suggestions
    assert (found.kind, list(found.words)) == (ticket_pb2.URGENT_KIND_WATER, ["停水", "没有水"])
    assert "三百户" in found.scale
    assert not desk.ask(URGENCY, text="我家停水").suggestions


def test_suggest_earlier_tickets_tells_repeats_recurrences_and_what_is_still_open(desk: Desk) -> None:
    concluded = desk.do("TicketService/AnswerDirectly", desk.register(**MIXER), answer="已告知")
    handled = desk.form(desk.register(**AGAIN))
    desk.close(handled)
    still_open = desk.register(**AGAIN)
    desk.register(**UNLIKE)
    desk.register(**MIXER, caller=ELSEWHERE)
    new = desk.register(**MIXER)
    found = {each.ticket.ticket_id: each for each in desk.ask(EARLIER, ticket_id=new.ticket_id).suggestions}
    assert {ticket_id: each.kind for ticket_id, each in found.items()} == {
        concluded.ticket_id: pb.EARLIER_KIND_REPEAT,
        handled.ticket_id: pb.EARLIER_KIND_RECURRENCE,
        still_open.ticket_id: pb.EARLIER_KIND_STILL_OPEN,
    }
    assert found[concluded.ticket_id].likeness == 100
    assert "几乎相同" in found[concluded.ticket_id].reason
    by_phone = desk.ask(EARLIER, phone=CALLER["phone"], title=MIXER["title"], text=MIXER["text"])
    assert ids(by_phone)[0] in {concluded.ticket_id, new.ticket_id}
    assert set(found) < set(ids(by_phone))


def test_a_repeat_that_is_suggested_may_be_asked_to_be_declined(desk: Desk) -> None:
    desk.do("TicketService/AnswerDirectly", desk.register(**MIXER), answer="已告知")
    new = desk.register(**MIXER)
    (found,) = desk.ask(EARLIER, REVIEWER, ticket_id=new.ticket_id).suggestions
    asked = desk.do("DeclineService/RequestDecline", new, repeats_ticket_id=found.ticket.ticket_id)
    assert asked.decline_request.repeats_ticket_id == found.ticket.ticket_id


def test_nobody_s_number_has_no_earlier_tickets(desk: Desk) -> None:
    desk.register(**MIXER, caller={})
    new = desk.register(**MIXER, caller={})
    assert not desk.ask(EARLIER, ticket_id=new.ticket_id).suggestions
    assert not desk.ask(EARLIER, phone="12345", text=MIXER["text"]).suggestions


def test_suggest_same_event_is_of_the_same_district_and_days(desk: Desk, clock: SetClock) -> None:
    old = desk.register(**MIXER, caller=ELSEWHERE)
    clock.set(clock.now() + timedelta(hours=72, seconds=1))
    far = desk.register(**MIXER, caller=ELSEWHERE, place={})
    near = desk.register(**AGAIN, caller=ELSEWHERE)
    desk.register(**UNLIKE, caller=ELSEWHERE)
    new = desk.register(**MIXER)
    answer = desk.ask(EVENT, ticket_id=new.ticket_id)
    assert ids(answer) == [near.ticket_id]
    assert not {old.ticket_id, far.ticket_id} & set(ids(answer))
    assert "72小时内同一区县" in answer.suggestions[0].reason
    assert "搅拌站" in answer.suggestions[0].reason
    assert not answer.suggestions[0].perhaps_repeat
    assert ids(desk.ask(EVENT, district="zhangdian", **{name: MIXER[name] for name in ("title", "text")})) == [
        new.ticket_id,
        near.ticket_id,
    ]
    assert not ids(desk.ask(EVENT, district="zichuan", text=MIXER["text"]))


def test_a_group_is_suggested_once_and_not_to_its_own(desk: Desk) -> None:
    lead, other = desk.register(**MIXER, caller=ELSEWHERE), desk.register(**AGAIN, caller=ELSEWHERE)
    desk.do("GroupService/GroupTicket", other, under_ticket_id=lead.ticket_id)
    new = desk.register(**MIXER)
    answer = desk.ask(EVENT, ticket_id=new.ticket_id)
    assert ids(answer) == [lead.ticket_id]
    assert answer.suggestions[0].perhaps_repeat
    assert ids(desk.ask(EVENT, ticket_id=lead.ticket_id)) == [new.ticket_id]
    desk.do("GroupService/GroupTicket", new, under_ticket_id=lead.ticket_id)
    assert not ids(desk.ask(EVENT, ticket_id=new.ticket_id))


def test_the_party_complained_about_is_suggested_nothing_of_it(desk: Desk) -> None:
    about = desk.do("TicketService/AnswerDirectly", desk.register(**MIXER, parties=[{"unit_id": "roads"}]), answer="已告知")
    new = desk.register(**MIXER)
    for method in (EARLIER, EVENT):
        assert about.ticket_id in ids(desk.ask(method, OPERATOR, ticket_id=new.ticket_id)), method
        assert about.ticket_id not in ids(desk.ask(method, ROADS_OPERATOR, ticket_id=new.ticket_id)), method
        with pytest.raises(Refused) as refused:
            desk.ask(method, ROADS_OPERATOR, ticket_id=about.ticket_id)
        assert refused.value.code == "NOT_FOUND"
    assert about.ticket_id not in ids(desk.ask(EARLIER, ROADS_OPERATOR, phone=CALLER["phone"], text=MIXER["text"]))


def test_suggestions_are_the_hubs(desk: Desk) -> None:
    ticket = desk.form(desk.register(**MIXER))
    desk.order(ticket, state=dispatch.ORDER_STATE_HANDLING)
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        (CATEGORY, {"text": "停水"}),
        (URGENCY, {"text": "停水"}),
        (EARLIER, {"ticket_id": ticket.ticket_id}),
        (EVENT, {"ticket_id": ticket.ticket_id}),
    )
    for method, fields in asked:
        with pytest.raises(Refused) as refused:
            desk.ask(method, HANDLER, **fields)
        assert refused.value.code == "PERMISSION_DENIED", method


def test_nothing_of_what_is_asked_is_kept_or_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    said: dict[str, Any] = {"title": "独角兽翻越围墙", "text": "独角兽翻越围墙，全小区停水，电话13805331234"}
    with caplog.at_level("DEBUG"):
        for method, fields in (
            (CATEGORY, said),
            (URGENCY, said),
            (EARLIER, {**said, "phone": "13805331234"}),
            (EVENT, {**said, "district": "zhangdian"}),
        ):
            desk.ask(method, SUPERVISOR if method == CATEGORY else OPERATOR, **fields)
    kept = desk.everything() + caplog.text
    assert "独角兽" not in kept
    assert "13805331234" not in kept


@pytest.mark.parametrize(
    ("method", "fields", "field"),
    [
        (CATEGORY, {"title": "停水"}, "text"),
        (URGENCY, {}, "text"),
        (EARLIER, {"text": "停水"}, "phone"),
        (EARLIER, {"phone": "不是电话", "text": "停水"}, "phone"),
        (EVENT, {"district": "zhangdian"}, "text"),
        (EVENT, {"district": "zhangdian", "text": " \n"}, "text"),
    ],
)
def test_what_is_missing_is_said(desk: Desk, method: str, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.ask(method, **fields)
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field)


@pytest.mark.parametrize("method", [EARLIER, EVENT])
def test_of_a_ticket_there_is_none_of_nothing_is_suggested(desk: Desk, method: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.ask(method, ticket_id="nobody-knows-this")
    assert refused.value.code == "NOT_FOUND"


@pytest.mark.parametrize("count", [1, 12])
def test_no_suggestion_asks_more_of_the_store_when_there_is_more(desk: Desk, count: int) -> None:
    for _ in range(count):
        desk.register(**MIXER)
    ticket = desk.register(**MIXER)
    asked: tuple[tuple[str, dict[str, Any], int], ...] = (
        (CATEGORY, {"text": "停水"}, 4),
        (URGENCY, {"text": "停水"}, 0),
        (EARLIER, {"ticket_id": ticket.ticket_id}, 5),
        (EVENT, {"ticket_id": ticket.ticket_id}, 4),
    )
    for method, fields, most in asked:
        with counted(desk) as seen:
            desk.ask(method, **fields)
        assert len(seen) <= most, (method, seen)


def test_candidates_are_few_and_found_by_an_index(desk: Desk) -> None:
    for _ in range(MOST_EARLIER + 2):
        desk.register(**MIXER)
    ticket = desk.register(**MIXER)
    for method, index in ((EARLIER, "ix_callers_tenant_id_phone_hash_received_at"), (EVENT, "ix_tickets_district_received_at")):
        with counted(desk) as seen:
            assert len(ids(desk.ask(method, ticket_id=ticket.ticket_id))) == 5
        (statement,) = [each for each in seen if "substr" in each]
        assert "LIMIT" in statement
        if desk.store.is_sqlite:
            with desk.store.engine.connect() as connection:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(["x"] * statement.count("?"))).all()
            assert any(index in str(step) for step in plan), plan
