"""Searches by words: what they find and show, for whom, by which index, and what keeps up with what is registered and amended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.clock import SetClock
from hotline.directory.v1 import events_pb2 as directory
from hotline.intake.v1 import ticket_pb2 as pb
from services.intake.keyring import keyring_of
from services.intake.rules.words import month_of, months_back, pairs_of
from services.intake.store import words
from services.intake.store.tables import ticket_words
from services.intake.store.words import BATCH
from tests.services.intake.desk import (
    ASSESSOR,
    CITY,
    DISTRICT,
    DISTRICT_HUB,
    HANDLER,
    OPERATOR,
    OTHER_OPERATOR,
    OUTSIDER,
    REVIEWER,
    SUPERVISOR,
    TOWN_HANDLER,
    Desk,
    person,
)
from tests.services.intake.plans import analyzed, explained
from tests.services.intake.test_lists import counted
from tests.services.refused import Refused

SEARCH = "TicketService/SearchTickets"
LAMP = "小区门口的路灯坏了一周，晚上出行很不方便"
WATER = "家里停水三天，物业说是水管爆裂"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """One whose tenants are known, so that it keeps words."""
    for tenant_id in (CITY, DISTRICT):
        desk.tell(directory.TenantChanged(tenant_id=tenant_id, version=1))
    return desk


def search(desk: Desk, words: str, by: Caller = OPERATOR, **more: Any) -> list[str]:
    desk.worker.keep_words(desk.store)
    return [each.ticket.ticket_id for each in desk.ask(SEARCH, by, words=words, **more).found]


def ids(*tickets: pb.Ticket) -> list[str]:
    return [ticket.ticket_id for ticket in tickets]


def test_it_finds_what_has_all_words_in_title_or_text_newest_first(desk: Desk) -> None:
    lamp, water = desk.register(text=LAMP), desk.register(title="水管爆裂", text=WATER)
    both = desk.register(title="路灯不亮", text="另外家里也停水")
    for asked, expected in (
        ("路灯", (both, lamp)), ("停水", (both, water)), ("路灯 停水", (both,)), ("停水　路灯", (both,)), ("水管爆裂", (water,)),
        ("门口的路灯坏了一周", (lamp,)), ("路灯爆裂", ()), ("路坏", ()),
    ):  # fmt: skip
        assert search(desk, asked) == ids(*expected), asked


def test_it_shows_the_words_as_they_stand_and_what_is_around(desk: Desk) -> None:
    desk.register(title="WIFI与路灯", text=f"{'前情' * 30}门口ＷｉＦｉ箱旁{'后话' * 30}")
    desk.worker.keep_words(desk.store)
    (found,) = desk.ask(SEARCH, words="wifi箱 路灯").found
    assert list(found.words) == ["ＷｉＦｉ箱", "路灯"]
    assert found.excerpt.startswith("…")
    assert found.excerpt.endswith("…")
    assert "门口ＷｉＦｉ箱旁" in found.excerpt


@pytest.mark.parametrize("words", ["水", "路灯 水", "  "])
def test_a_single_character_is_refused_with_what_to_do(desk: Desk, words: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.ask(SEARCH, words=words)
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", "words")


def test_pairs_that_stand_apart_are_not_the_word(desk: Desk) -> None:
    apart = desk.register(text="路灯下的灯杆歪了，路灯杆子")
    desk.register(text="灯杆和路灯")
    assert search(desk, "路灯杆") == ids(apart)


def test_what_callers_are_named_by_is_not_found(desk: Desk) -> None:
    ticket = desk.register()
    for asked in ("张三丰", "柳泉路100号", "13805331234"):
        assert search(desk, asked) == [], asked
    assert search(desk, "停水三天") == ids(ticket)
    amended = desk.do("TicketService/AmendTicket", ticket, mask_words=["停水三天"], title="供水")
    assert desk.ask(SEARCH, words="停水三天").found == []
    assert [each.ticket.ticket_id for each in desk.ask(SEARCH, words="供水").found] == ids(amended)


def test_the_store_keeps_hashes_and_no_words(desk: Desk) -> None:
    desk.register(text=LAMP)
    desk.worker.keep_words(desk.store)
    (row,) = desk.rows(ticket_words)
    token, other = (keyring_of(desk.store.settings).tokens(month, ["路灯"])[0] for month in ("2025-01", "2025-02"))
    assert token in row["tokens"]
    assert other not in row["tokens"]
    assert set(row) == {"tenant_id", "ticket_id", "received_at", "tokens"}


def test_the_party_complained_about_does_not_find_it(desk: Desk) -> None:
    about_unit = desk.register(OTHER_OPERATOR, text=LAMP, parties=[{"name": "自来水公司", "unit_id": "water"}])
    about_person = desk.register(OTHER_OPERATOR, text=LAMP, parties=[{"name": "某人", "person_id": "operator-1"}])
    for ticket in (about_unit, about_person):
        desk.do("TicketService/FormTicket", ticket, OTHER_OPERATOR)
        desk.order(ticket, holders=("water", "water-east", "roads"))
    east = person("east", "HANDLER", unit="water-east")
    found = {by.id: search(desk, "路灯", by) for by in (HANDLER, east, OPERATOR, OUTSIDER, REVIEWER, ASSESSOR)}
    assert found == {
        HANDLER.id: ids(about_person), east.id: ids(about_person), OPERATOR.id: ids(about_unit), OUTSIDER.id: ids(about_person, about_unit),
        REVIEWER.id: ids(about_person, about_unit), ASSESSOR.id: ids(about_person, about_unit),
    }  # fmt: skip


def test_outside_the_hub_it_finds_what_the_unit_holds_and_in_another_tenant_what_that_handles_or_reads(desk: Desk) -> None:
    held, handed = desk.form(desk.register(text=LAMP)), desk.form(desk.register(text=LAMP))
    desk.order(held)
    desk.order(handed, holders=("zhangdian",), handling_tenant_id=DISTRICT)
    own = desk.register(DISTRICT_OPERATOR, text=LAMP)
    assert search(desk, "路灯", HANDLER) == ids(held)
    assert search(desk, "路灯", OUTSIDER) == []
    assert search(desk, "路灯", DISTRICT_HUB) == ids(own, handed)
    assert search(desk, "路灯", TOWN_HANDLER) == []
    assert search(desk, "路灯") == ids(handed, held)
    assert search(desk, "路灯", SUPERVISOR) == ids(own, handed, held)
    assert search(desk, "路灯", person("no-unit", "HANDLER", unit="")) == []


DISTRICT_OPERATOR = person("district-operator", "OPERATOR", unit="zhangdian-hub", tenant=DISTRICT)


def test_it_is_narrowed_as_lists_are(desk: Desk, clock: SetClock) -> None:
    first = desk.register(text=LAMP)
    clock.set(clock.now() + timedelta(days=1))
    second = desk.register(text=LAMP, category="01.02.01", place={"district": "zichuan", "town": "般阳路街道"})
    for more, expected in (
        ({"category": "01.02"}, (second,)), ({"district": DISTRICT}, (first,)), ({"town": "般阳路街道"}, (second,)),
        ({"received_from": "2025-01-07"}, (second,)), ({"received_to": "2025-01-06"}, (first,)),
        ({"states": [pb.TICKET_STATE_ANSWERED]}, ()),
    ):  # fmt: skip
        assert search(desk, "路灯", **more) == ids(*expected), more


def test_it_looks_back_over_ninety_days_month_by_month_and_pages_without_gap(desk: Desk, clock: SetClock) -> None:
    old = desk.register(text=LAMP)
    made = []
    for _ in range(4):
        clock.set(clock.now() + timedelta(days=29))
        made += ids(desk.register(text=LAMP), desk.register(text=WATER), desk.register(text=LAMP))[::2]
        desk.worker.keep_words(desk.store)
    for size in (1, 3, 50):
        seen, token = [], ""
        while True:
            answer = desk.ask(SEARCH, words="路灯", page={"size": size, "token": token})
            seen += [each.ticket.ticket_id for each in answer.found]
            token = answer.next_page_token
            if not token:
                break
        assert seen == made[::-1]
    desk.worker.forget_words(desk.store)
    kept = {row["ticket_id"] for row in desk.rows(ticket_words)}
    assert old.ticket_id not in kept
    assert set(made) < kept


@pytest.mark.parametrize(("until", "since", "months"), [
    ("2025-03-31", "2024-12-31", ["2025-03", "2025-02", "2025-01", "2024-12"]), ("2025-05-01", "2025-05-01", ["2025-05"]),
])  # fmt: skip
def test_months_go_back_one_by_one(clock: SetClock, until: str, since: str, months: Sequence[str]) -> None:
    first, last = (clock.now().fromisoformat(f"{day}T00:00+00:00") for day in (until, since))
    assert [month_of(begun) for begun in months_back(first, last)] == months
    assert all((begun.day, begun.hour) == (1, 0) for begun in months_back(first, last))


def test_what_was_registered_before_there_were_words_is_kept_and_nothing_twice(desk: Desk) -> None:
    made = ids(*(desk.register(text=f"{LAMP}{number}") for number in range(3)))
    for _ in range(2):
        assert search(desk, "路灯") == made[::-1]
    late = desk.register(text=LAMP)
    desk.worker.keep_words(desk.store)
    # One that was made before those that are kept, and committed after them.
    tenant = Caller.timer("intake", CITY)
    desk.store.write(tenant, lambda tx: tx.drop(ticket_words, ticket_id=made[1]))
    assert search(desk, "路灯") == [late.ticket_id, *made[::-1]]


def test_what_is_amended_while_it_is_being_kept_is_found_by_its_words_of_now(desk: Desk) -> None:
    ticket, by = desk.register(text=LAMP), Caller.timer("intake", CITY)
    seen, _ = desk.store.read(by, lambda tx: words.unkept(tx, ""))
    desk.do("TicketService/AmendTicket", ticket, title="路灯", mask_words=["出行"])
    desk.store.write(by, lambda tx: words.keep_new(tx, keyring_of(desk.store.settings), seen))
    assert search(desk, "出行") == []
    pairs = pairs_of("路灯", desk.get(ticket).text)
    (row,) = desk.rows(ticket_words)
    assert set(row["tokens"]) == set(keyring_of(desk.store.settings).tokens("2025-01", pairs))


def test_lists_of_several_tickets_go_in_together_as_they_are(desk: Desk) -> None:
    at, wanted = desk.store.clock.now(), {"a": [1, 2, 3], "b": [4], "c": []}
    rows = [{"tenant_id": CITY, "ticket_id": name, "received_at": at, "tokens": tokens} for name, tokens in wanted.items()]
    desk.store.write(Caller.timer("intake", CITY), lambda tx: tx.insert_many(ticket_words, rows))
    assert {row["ticket_id"]: row["tokens"] for row in desk.rows(ticket_words)} == wanted


@pytest.mark.parametrize("count", [1, 12])
def test_a_search_asks_no_more_of_the_store_when_there_is_more(desk: Desk, count: int) -> None:
    for _ in range(count):
        desk.order(desk.form(desk.register(text=LAMP)))
    desk.worker.keep_words(desk.store)
    for by in (OPERATOR, HANDLER):
        with counted(desk) as seen:
            assert desk.ask(SEARCH, by, words="路灯").found
        # Who reads, and one for each month that 90 days reach into.
        assert len(seen) == 1 + 4, seen


def test_a_search_goes_by_its_index(desk: Desk) -> None:
    desk.register(text=LAMP)
    desk.worker.keep_words(desk.store)
    _crowd(desk)
    with explained(desk, "ticket_words") as plans:
        assert desk.ask(SEARCH, words="路灯").found
    wanted = "USING INDEX ix_ticket_words_received_at" if desk.store.is_sqlite else "ix_ticket_words_tokens"
    # The month that has them all; those before it have nothing.
    assert wanted in plans[0], plans
    assert all("ix_ticket_words" in plan for plan in plans), plans
    assert not any("SCAN tickets" in plan or "Seq Scan on ticket_words" in plan for plan in plans), plans


def _crowd(desk: Desk) -> None:
    """So many tickets that the database looks for an index."""
    keys, now = keyring_of(desk.store.settings), desk.store.clock.now()
    rows = [
        {"tenant_id": CITY, "ticket_id": f"0-{number}", "received_at": now - timedelta(minutes=number),
         "tokens": keys.tokens(month_of(now), [f"{number % 97}{pair}" for pair in range(40)])}
        for number in range(20 * BATCH)
    ]  # fmt: skip
    desk.store.write(Caller.timer("intake", CITY), lambda tx: tx.insert_many(ticket_words, rows))
    analyzed(desk)
