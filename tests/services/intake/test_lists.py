"""Lists: what they hold, by pages, with a fixed number of queries, and by an index."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from chassis.caller import Caller
from chassis.clock import SetClock
from hotline.intake.v1 import ticket_pb2 as pb
from hotline.ticket.v1 import ticket_pb2 as shared
from services.intake.store.tables import callers, holders, tickets
from tests.services.intake.desk import CALLER, CITY, DISTRICT, DISTRICT_HUB, HANDLER, OPERATOR, Desk, upload
from tests.services.intake.plans import analyzed, explained
from tests.services.refused import Refused

LIST = "TicketService/ListTickets"
OTHER_CATEGORY = "01.02.01"


@contextmanager
def counted(desk: Desk) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asks = statement.lstrip().lower().startswith(("select", "with"))
        if asks and not any(word in statement for word in ("set_config", "token_keys", "revocations")):
            seen.append(statement)

    event.listen(desk.store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(desk.store.engine, "before_cursor_execute", note)


def ids(answer: Any) -> list[str]:
    return [each.ticket_id for each in answer.tickets]


def test_by_state_category_place_date_and_number(desk: Desk, clock: SetClock) -> None:
    first = desk.register()
    clock.set(clock.now() + timedelta(days=1))
    second = desk.register(category=OTHER_CATEGORY, place={"district": "zichuan", "town": "般阳路街道"})
    desk.do("TicketService/AnswerDirectly", second, answer="好")
    chosen: tuple[tuple[dict[str, Any], list[pb.Ticket]], ...] = (
        ({}, [second, first]),
        ({"states": [pb.TICKET_STATE_REGISTERED]}, [first]),
        ({"states": [pb.TICKET_STATE_ANSWERED, pb.TICKET_STATE_REGISTERED]}, [second, first]),
        ({"category": "01.01.01"}, [first]),
        ({"category": "01.02"}, [second]),
        ({"category": "01"}, [second, first]),
        ({"category": "01.0"}, []),
        ({"district": "zichuan"}, [second]),
        ({"district": "zichuan", "town": "科苑街道"}, []),
        ({"received_from": "2025-01-07"}, [second]),
        ({"received_to": "2025-01-06"}, [first]),
        ({"received_from": "2025-01-06", "received_to": "2025-01-07"}, [second, first]),
        ({"number": first.number}, [first]),
        ({"decline_requested": True}, []),
    )
    for fields, expected in chosen:
        assert ids(desk.ask(LIST, **fields)) == [ticket.ticket_id for ticket in expected], fields


def test_a_local_day_begins_and_ends_at_midnight_here(desk: Desk, clock: SetClock) -> None:
    clock.set(clock.now().replace(hour=15, minute=59, second=59))  # 23:59:59 in Shanghai
    late = desk.register()
    clock.set(clock.now() + timedelta(seconds=1))
    early = desk.register()
    assert ids(desk.ask(LIST, received_to="2025-01-06")) == [late.ticket_id]
    assert ids(desk.ask(LIST, received_from="2025-01-07")) == [early.ticket_id]


def test_pages_join_without_gap_or_overlap_though_instants_are_equal(desk: Desk) -> None:
    made = [desk.register().ticket_id for _ in range(7)]
    seen, token = [], ""
    for size in (3, 3, 3):
        answer = desk.ask(LIST, page={"size": size, "token": token})
        seen += ids(answer)
        token = answer.next_page_token
    assert seen == made[::-1]
    assert not token


def test_outside_the_hub_a_list_holds_what_the_unit_holds(desk: Desk) -> None:
    held, other = desk.form(desk.register()), desk.form(desk.register())
    desk.order(held)
    desk.order(other, holders=("zhangdian",), handling_tenant_id=DISTRICT)
    assert ids(desk.ask(LIST, HANDLER)) == [held.ticket_id]
    assert ids(desk.ask(LIST, DISTRICT_HUB)) == [other.ticket_id]
    assert ids(desk.ask(LIST, OPERATOR)) == [other.ticket_id, held.ticket_id]


def test_the_hub_lists_what_a_unit_holds_and_a_unit_no_others(desk: Desk) -> None:
    held, other = desk.form(desk.register()), desk.form(desk.register())
    desk.order(held)
    desk.order(other, holders=("roads",))
    assert ids(desk.ask(LIST, unit_id="roads")) == [other.ticket_id]
    assert ids(desk.ask(LIST, HANDLER, unit_id="water")) == [held.ticket_id]
    assert ids(desk.ask(LIST, HANDLER, unit_id="roads")) == []


def test_a_summary_shows_where_it_stands(desk: Desk, clock: SetClock) -> None:
    desk.register(urgency=shared.URGENCY_URGENT)
    clock.set(clock.now() + timedelta(hours=2))
    (line,) = desk.ask(LIST).tickets
    assert (line.state, line.urgency, line.settle_overdue) == (pb.TICKET_STATE_REGISTERED, shared.URGENCY_URGENT, True)


@pytest.mark.parametrize("count", [1, 12])
def test_no_list_asks_more_of_the_store_when_it_is_longer(desk: Desk, count: int) -> None:
    for _ in range(count):
        ticket = desk.form(desk.register(parties=[{"unit_id": "roads"}]))
        desk.order(ticket)
        desk.ask("DraftService/SaveDraft", content={"text": "草稿"})
        desk.ask("AttachmentService/UploadAttachment", ticket_id=ticket.ticket_id, **upload(b"%PDF-1.7"))
        desk.ask("TicketService/SupplementTicket", ticket_id=ticket.ticket_id, text="补充")
    lists: tuple[tuple[str, Any, dict[str, Any], int], ...] = (
        (LIST, OPERATOR, {}, 2),
        (LIST, HANDLER, {}, 2),
        ("TicketService/FindTicketsOfCaller", OPERATOR, {"phone": CALLER["phone"]}, 2),
        ("TicketService/GetTicket", OPERATOR, {"ticket_id": ticket.ticket_id}, 4),
        ("TicketService/GetTicket", HANDLER, {"ticket_id": ticket.ticket_id}, 5),
        ("AttachmentService/ListAttachments", OPERATOR, {"ticket_id": ticket.ticket_id}, 3),
        ("JournalService/ListJournalEntries", OPERATOR, {"ticket_id": ticket.ticket_id}, 3),
        ("DraftService/ListDrafts", OPERATOR, {}, 1),
        ("CategoryService/ListCategories", OPERATOR, {}, 2),
    )
    for method, by, fields, most in lists:
        with counted(desk) as seen:
            desk.ask(method, by, **fields)
        assert len(seen) <= most, (method, seen)


@pytest.mark.parametrize("token", ["???", "W10=", "WyJ4IiwgInkiXQ==", "a" * 5000])
def test_a_token_that_is_none_of_ours_is_refused(desk: Desk, token: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.ask(LIST, page={"token": token})
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", "page.token")


# By what each list is found: on PostgreSQL for years of tickets, on SQLite for any.
INDEXES: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    (LIST, {}, "ix_tickets_received_at", "ix_tickets_"),
    (LIST, {"states": [pb.TICKET_STATE_REGISTERED]}, "ix_tickets_state", "ix_tickets_"),
    (LIST, {"category": "01.01.01"}, "ix_tickets_category", "ix_tickets_"),
    (LIST, {"district": "zichuan", "town": "般阳路街道"}, "ix_tickets_district", "ix_tickets_"),
    (LIST, {"received_from": "2025-01-06", "received_to": "2025-01-06"}, "ix_tickets_received_at", "ix_tickets_"),
    (LIST, {"number": "T250106-00001"}, "ix_tickets_tenant_id_number", "ix_tickets_"),
    (LIST, {"unit_id": "roads"}, "ix_holders_", "ix_holders_"),
    ("TicketService/FindTicketsOfCaller", {"phone": CALLER["phone"]}, "ix_callers_tenant_id_phone_hash", "ix_callers_"),
)


def test_every_list_of_tickets_goes_by_an_index(desk: Desk) -> None:
    _crowd(desk)
    for method, fields, on_postgres, on_sqlite in INDEXES:
        with explained(desk, "tickets") as plans:
            desk.ask(method, **fields)
        (plan,) = plans
        assert (on_sqlite if desk.store.is_sqlite else on_postgres) in plan, (fields, plan)
        assert not any(scan in plan for scan in ("SCAN tickets\n", "Seq Scan on tickets", "Seq Scan on callers")), (fields, plan)


def _crowd(desk: Desk) -> None:
    """Years of answered tickets and a registered one, and what PostgreSQL knows of them; SQLite plans the same for few and for many."""
    desk.order(desk.form(desk.register()))
    if desk.store.is_sqlite:
        return
    changed = {
        "ticket_id": "ticket_id || '-' || nth", "number": "nth::text", "state": "'answered'", "district": "'d-' || nth % 12",
        "category": "'02.01.' || nth % 90", "received_at": "received_at - nth * interval '5 minutes'",
        "order_id": "order_id || '-' || nth", "unit_id": "'unit-' || nth % 100", "phone_hash": "convert_to('h' || nth, 'UTF8')",
    }  # fmt: skip
    for table in (tickets, callers, holders):
        names = [column.name for column in table.c]
        listed, values = ", ".join(f'"{name}"' for name in names), ", ".join(changed.get(name, f'"{name}"') for name in names)
        copies = text(f"insert into {table.name} ({listed}) select {values} from {table.name}, generate_series(1, 20000) nth")  # noqa: S608 - our own names
        desk.store.write(Caller.timer("intake", CITY), lambda tx, copies=copies: tx.run(copies))  # type: ignore[misc]  # bound here
    analyzed(desk)
