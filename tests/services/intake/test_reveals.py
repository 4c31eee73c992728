"""Who was shown a caller, a text or a file, for whoever looks after it (Art. 10, 17)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import SetClock
from chassis.reveals import stands_out
from hotline.directory.v1 import events_pb2 as directory
from hotline.reveal.v1.reveal_pb2 import RevealKind
from tests.services.asked import plan, statements
from tests.services.intake.desk import ADMIN, CITY, DISTRICT, HANDLER, OPERATOR, REVIEWER, SUPERVISOR, Desk, person
from tests.services.refused import Refused

LIST, COUNT = "RevealService/ListReveals", "RevealService/CountReveals"
CALLER_OF, TEXT_OF = "CallerService/RevealCaller", "CallerService/RevealText"
DAYS: dict[str, Any] = {"from_day": "2025-01-06", "until_day": "2025-01-08"}
DISTRICT_ADMIN = person("admin-2", "TENANT_ADMIN", unit="zhangdian-hub", tenant=DISTRICT)


def shown(desk: Desk, **fields: Any) -> list[tuple[str, str, str, str]]:
    answer = desk.ask(LIST, fields.pop("by_whom", ADMIN), **fields)
    return [(each.by, RevealKind.Name(each.kind).removeprefix("REVEAL_KIND_"), each.subject_id, each.reason) for each in answer.reveals]


def test_list_reveals_says_who_when_why_and_of_which_ticket_and_nothing_of_whom(desk: Desk, clock: SetClock) -> None:
    first, second = desk.register(), desk.register()
    desk.ask(CALLER_OF, ticket_id=first.ticket_id, reason="张三丰要求回电 13805331234")
    clock.set(clock.now() + timedelta(days=1))
    desk.ask(TEXT_OF, REVIEWER, ticket_id=second.ticket_id, reason="核对原文")
    one = (OPERATOR.id, "CALLER", first.ticket_id, "〔诉求人姓名〕要求回电 138****1234")
    two = (REVIEWER.id, "TEXT", second.ticket_id, "核对原文")
    assert [each[:3] for each in shown(desk)] == [two[:3], one[:3]]
    assert not any(word in str(desk.ask(LIST, ADMIN)) for word in ("张三丰", "13805331234"))
    assert shown(desk, revealed_by=REVIEWER.id) == shown(desk, subject=second.ticket_id) == shown(desk, from_day="2025-01-07") == [two]
    assert [each[0] for each in shown(desk, until_day="2025-01-06")] == [OPERATOR.id]
    assert shown(desk, by_whom=DISTRICT_ADMIN) == []
    assert len(shown(desk, by_whom=SUPERVISOR, tenant_id=CITY)) == 2
    answer = desk.ask(LIST, ADMIN, page={"size": 1})
    rest = desk.ask(LIST, ADMIN, page={"size": 1, "token": answer.next_page_token})
    assert [each.article for each in (*answer.reveals, *rest.reveals)] == ["17", "17"]
    assert not rest.next_page_token


def test_list_reveals_leaves_out_what_is_about_whoever_asks(desk: Desk) -> None:
    desk.tell(directory.PersonChanged(person_id=SUPERVISOR.id, tenant_id=CITY, unit_id="zibo-hub", active=True, version=1))
    ticket = desk.register(parties=[{"name": "某人", "person_id": SUPERVISOR.id}])
    desk.ask(CALLER_OF, ticket_id=ticket.ticket_id, reason="核实")
    assert [each[2] for each in shown(desk)] == [ticket.ticket_id]
    assert shown(desk, by_whom=SUPERVISOR) == []


def test_count_reveals_points_out_a_person_who_was_shown_unusually_much_on_a_day(desk: Desk, clock: SetClock) -> None:
    ticket = desk.register()
    for by, times in ((OPERATOR, 10), (REVIEWER, 2)):
        for _ in range(times):
            desk.ask(CALLER_OF, by, ticket_id=ticket.ticket_id, reason="核实")
    clock.set(clock.now().replace(hour=16))  # the next day here
    desk.ask(CALLER_OF, REVIEWER, ticket_id=ticket.ticket_id, reason="核实")
    counts = desk.ask(COUNT, ADMIN, **DAYS).counts
    assert [(each.by, each.day, each.reveals, each.stands_out) for each in counts] == [
        (OPERATOR.id, "2025-01-06", 10, True),
        (REVIEWER.id, "2025-01-06", 2, False),
        (REVIEWER.id, "2025-01-07", 1, False),
    ]
    assert not desk.ask(COUNT, DISTRICT_ADMIN, **DAYS).counts


@pytest.mark.parametrize(("reveals", "middle", "expected"), [(9, 1, False), (10, 1, True), (10, 3.5, False), (12, 4, False), (13, 4, True)])
def test_what_stands_out_is_many_and_more_than_three_times_the_middle(reveals: int, middle: float, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert stands_out(reveals, middle) is expected


@pytest.mark.parametrize(
    ("method", "fields", "said"),
    [
        (LIST, {"from_day": "2025-01-08", "until_day": "2025-01-06"}, "早于"),
        (COUNT, {"from_day": "2025-01-06", "until_day": "2025-02-06"}, "最多统计 31 天"),
        (COUNT, {"from_day": "2025-01-08", "until_day": "2025-01-06"}, "早于"),
        (LIST, {"tenant_id": DISTRICT}, "无权查看"),
    ],
)
def test_reveals_asked_for_wrongly(desk: Desk, method: str, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.ask(method, ADMIN, **fields)
    assert said in refused.value.message
    with pytest.raises(Refused) as refused:
        desk.ask(method, HANDLER, **{**DAYS, **fields})
    assert refused.value.code == "PERMISSION_DENIED"


def test_lists_of_reveals_read_their_index_and_cost_the_same_however_many_there_are(desk: Desk) -> None:
    ticket, costs = desk.register(), []
    for times in (1, 5):
        for _ in range(times):
            desk.ask(CALLER_OF, ticket_id=ticket.ticket_id, reason="核实")
        with statements(desk.store) as asked:
            desk.ask(LIST, ADMIN, **DAYS)
            desk.ask(COUNT, ADMIN, **DAYS)
        costs.append(len(asked))
        if desk.store.is_sqlite:
            assert all("ix_journal_revealed" in plan(desk.store, each) for each in asked if "journal" in each[0])
    assert costs[0] == costs[1]
