"""What no handler could take, as an administrator reaches it in every service: shown without its words, sent again, dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from sqlalchemy import select
from uuid_utils import uuid7

from chassis.bus import listens, retries
from chassis.bus.envelope import Envelope
from chassis.bus.inbox import Inbox
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.errors import Stale
from chassis.settings import service_names
from chassis.store import Store, Tx
from hotline.dispatch.v1.events_pb2 import OrderChanged
from hotline.ticket.v1.ticket_pb2 import Page
from regulation.terms import Kind
from services.sla.worker import SlaWorker
from tests.harness import Served
from tests.services.asked import statements
from tests.services.sla.stories import BEGIN
from tests.services.sla.stories import clock as date
from tests.services.sla.telling import event_of, order

Serve = Callable[[str], Served]
ADMIN = Caller("person", "p-1", "zibo", "hub", frozenset({"ROLE_TENANT_ADMIN"}), ("zibo", "zhangdian"))
DISTRICT_ADMIN = Caller("person", "p-2", "zhangdian", "zd-hub", frozenset({"ROLE_TENANT_ADMIN"}))
OPERATIONS = Caller("person", "p-3", "zibo", "hub", frozenset({"ROLE_OPERATIONS"}))
STRANGER = Caller("person", "p-4", "linzi", "lz-hub", frozenset({"ROLE_TENANT_ADMIN"}))
AT = datetime(2025, 1, 6, tzinfo=UTC)
WORDS = "王小明 13812345678 路灯不亮"


class Older:
    """A worker of before anybody told it anything."""


class Refusing:
    """A worker that hears of orders and will not have them."""

    @listens(OrderChanged)
    def order_changed(self, _event: OrderChanged, _tx: Tx) -> None:
        raise Stale("第 3 版已改")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Moves the real time that retries wait in by an hour."""
    ahead = timedelta()

    def move() -> None:
        nonlocal ahead
        ahead += timedelta(hours=1)

    monkeypatch.setattr(retries, "real_now", lambda: real_now() + ahead)
    return move


def told(tenant_id: str = "zibo", payload: dict[str, Any] | None = None) -> Envelope:
    fields = {"order": {"orderId": "o-1", "number": WORDS}} if payload is None else payload
    return Envelope(str(uuid7()), "hotline.dispatch.v1.OrderChanged", tenant_id, "o-1", 7, AT, "", fields)


def park(store: Store, worker: object, later: Callable[[], None], *envelopes: Envelope) -> None:
    """Let a worker fail at them until it gives up."""
    inbox = Inbox(store, worker)
    for envelope in envelopes:
        inbox.take("dispatch", [envelope])
    for _ in range(retries.TRIES):
        later()
        inbox.retry_due()


def asked(running: Served, method: str, by: Caller, **fields: Any) -> Any:
    pb: Any = import_module(f"hotline.{running.service}.v1.parked_pb2")
    request, answer = getattr(pb, f"{method}Request"), getattr(pb, f"{method}Response")
    return running.ask(f"ParkedService/{method}", request(**fields), answer, by)


def refused(running: Served, method: str, by: Caller, **fields: Any) -> tuple[grpc.StatusCode, str | None]:
    with pytest.raises(grpc.RpcError) as refusal:
        asked(running, method, by, **fields)
    return refusal.value.code(), refusal.value.details()


def journalled(store: Store) -> list[tuple[str, str, str]]:
    table = store.tables["journal"]
    rows = store.read(ADMIN, lambda tx: tx.all(tx.select(table).order_by(table.c.subject, table.c.number)))
    return [(row["verb"], row["by_id"], row["detail"]) for row in rows if row["subject"].startswith("parked:")]


@pytest.mark.parametrize("service", service_names())
def test_send_parked_again_tries_it_anew_and_what_fails_again_is_parked_with_the_new_reason(
    served: Serve, later: Callable[[], None], service: str
) -> None:
    running, envelope = served(service), told()
    park(running.store, Older(), later, envelope)
    (parked,) = asked(running, "ListParkedMessages", OPERATIONS).messages
    assert (parked.message_id, parked.key, parked.source, parked.attempts) == (envelope.event_id, "o-1", "dispatch", retries.TRIES)
    assert (parked.type, parked.told_at.ToDatetime(UTC)) == (envelope.type, AT)
    assert "Unheard" in parked.reason
    assert not any(word in str(MessageToDict(parked)) for word in WORDS.split())

    for _ in range(2):
        asked(running, "SendParkedAgain", ADMIN, request_id="r-1", message_id=parked.message_id)
    assert (asked(running, "ListParkedMessages", ADMIN).waiting, len(asked(running, "ListParkedMessages", ADMIN).messages)) == (1, 0)
    park(running.store, Refusing(), later)
    (parked,) = asked(running, "ListParkedMessages", ADMIN).messages
    assert "Stale：第 3 版已改" in parked.reason
    assert [(verb, by) for verb, by, _ in journalled(running.store)] == [("send_parked_again", "p-1")]


def test_send_parked_again_has_the_handler_run_once_as_if_it_came_by_the_queue(served: Serve, later: Callable[[], None]) -> None:
    running = served("sla")
    payload = MessageToDict(event_of(order("o-1", date(Kind.HANDLE, BEGIN), at=BEGIN)))
    envelope = told(payload=payload)
    park(running.store, Older(), later, envelope)
    asked(running, "SendParkedAgain", ADMIN, request_id="r-1", message_id=envelope.event_id)
    inbox = Inbox(running.store, SlaWorker())
    assert inbox.retry_due() == 1
    inbox.take("dispatch", [envelope])
    orders = running.store.tables["orders"]
    assert [row["order_id"] for row in running.store.read_across(lambda tx: tx.all(select(orders)))] == ["o-1"]
    answer = asked(running, "ListParkedMessages", ADMIN)
    assert (list(answer.messages), answer.waiting) == ([], 0)
    code, said = refused(running, "SendParkedAgain", ADMIN, request_id="r-2", message_id=envelope.event_id)
    assert (code, "刷新" in str(said)) == (grpc.StatusCode.NOT_FOUND, True)


def test_drop_parked_message_gives_it_up_for_good_and_says_why(served: Serve, later: Callable[[], None]) -> None:
    running, envelope = served("sla"), told()
    park(running.store, Older(), later, envelope)
    drop = {"request_id": "r-1", "message_id": envelope.event_id, "reason": "工单已作废，来电 13812345678"}
    for _ in range(2):
        asked(running, "DropParkedMessage", ADMIN, **drop)
    assert not asked(running, "ListParkedMessages", ADMIN).messages
    Inbox(running.store, Refusing()).take("dispatch", [envelope])
    answer = asked(running, "ListParkedMessages", ADMIN)
    assert (len(answer.messages), answer.waiting) == (0, 0)
    ((verb, by, detail),) = journalled(running.store)
    assert (verb, by, "工单已作废" in detail, "13812345678" in detail) == ("drop_parked_message", "p-1", True, False)
    assert refused(running, "DropParkedMessage", ADMIN, **{**drop, "request_id": "r-2"})[0] is grpc.StatusCode.NOT_FOUND


def test_list_parked_messages_shows_each_its_own_tenants_and_nobody_sends_anothers(served: Serve, later: Callable[[], None]) -> None:
    running, town = served("sla"), told("zhangdian")
    park(running.store, Older(), later, told(), town)
    seen = {
        by.id: {each.tenant_id for each in asked(running, "ListParkedMessages", by).messages} for by in (ADMIN, DISTRICT_ADMIN, STRANGER)
    }
    assert seen == {"p-1": {"zibo", "zhangdian"}, "p-2": {"zhangdian"}, "p-4": set()}
    for by in (ADMIN, STRANGER):
        wrong = refused(running, "SendParkedAgain", by, request_id="r-1", message_id=town.event_id)
        assert wrong[0] is grpc.StatusCode.NOT_FOUND
        wrong = refused(running, "DropParkedMessage", by, request_id="r-2", message_id=town.event_id, reason="不要了")
        assert wrong[0] is grpc.StatusCode.NOT_FOUND
    assert len(asked(running, "ListParkedMessages", DISTRICT_ADMIN).messages) == 1
    sent = {by.id: asked(running, "SendAllParkedAgain", by, request_id="r-3").sent for by in (STRANGER, ADMIN, DISTRICT_ADMIN)}
    assert sent == {"p-1": 1, "p-2": 1, "p-4": 0}
    answer = asked(running, "ListParkedMessages", ADMIN)
    assert (len(answer.messages), answer.waiting) == (0, 2)
    assert {(verb, by) for verb, by, _ in journalled(running.store)} == {("send_parked_again", "p-1"), ("send_parked_again", "p-2")}


def test_list_parked_messages_pages_and_asks_as_often_however_many_there_are(served: Serve, later: Callable[[], None]) -> None:
    running = served("sla")
    park(running.store, Older(), later, *(told() for _ in range(7)))
    found: list[str] = []
    token, pages = "", 0
    with statements(running.store) as costs:
        while token or not pages:
            answer = asked(running, "ListParkedMessages", ADMIN, page=Page(size=3, token=token), type="hotline.dispatch.v1.OrderChanged")
            found, token, pages = [*found, *(each.message_id for each in answer.messages)], answer.next_page_token, pages + 1
    assert (pages, len(found), len(set(found))) == (3, 7, 7)
    assert len(costs) == 2 * pages
    assert not asked(running, "ListParkedMessages", ADMIN, type="hotline.sla.v1.UrgingIssued").messages
