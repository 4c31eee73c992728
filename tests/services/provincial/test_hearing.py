"""What others tell becomes what the province is told: each fact once, in whichever order it is heard."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.json_format import Parse
from google.protobuf.message import Message
from sqlalchemy import select

from chassis.bus.marks import disagreements
from chassis.caller import Caller
from chassis.clock import LOCAL
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import events_pb2 as intake
from hotline.provincial.v1 import events_pb2 as provincial
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.provincial.worker import ProvincialWorker
from tests.services.notify.office import stamp
from tests.services.provincial.board import Board, content, envelope
from tests.services.provincial.test_bad_input import body
from tests.services.refused import Refused

pytestmark = pytest.mark.parametrize("store_for", ["sqlite"], indirect=True)
SUPERVISOR = Caller("person", "supervisor-1", "zibo", "zibo-hub", frozenset({"ROLE_SUPERVISOR"}))
ORDER = "order-1"


def snapshot(now: datetime, ticket_id: str, version: int, **changes: Any) -> dispatch.OrderSnapshot:
    facts: dict[str, Any] = {
        "order_id": ORDER, "ticket_id": ticket_id, "tenant_id": "zibo", "unit_id": "water", "round": 1, "version": version,
        "source": ticket.SOURCE_PROVINCIAL, **changes,
    }  # fmt: skip
    deadline = ticket.Deadline(trigger_at=stamp(now), deadline_at=stamp(now + timedelta(days=5)))
    clock = dispatch.Clock(kind=ticket.DEADLINE_KIND_HANDLE, round=1, deadline_version=1, deadline=deadline, unit_id="water")
    return dispatch.OrderSnapshot(clocks=[clock], **facts)


def story(board: Board, ticket_id: str) -> list[Message]:
    """What intake and dispatch tell of a ticket from its forming to its closing, an hour apart."""
    began = board.store.clock.now()
    hours = iter(range(1, 20))

    def at() -> Any:
        return stamp(began + timedelta(hours=next(hours)))

    def changed(verb: str, version: int, **told: Any) -> Message:
        return dispatch.OrderChanged(order=snapshot(began, ticket_id, version), verb=verb, at=at(), **told)

    about: dict[str, Any] = {"order_id": ORDER, "ticket_id": ticket_id}
    back: dict[str, Any] = {**about, "reason": "非本单位职责", "basis": "三定方案", "suggested_unit_id": "roads"}
    return [
        intake.TicketFormed(ticket_id=ticket_id, number="ZB1", provincial_number="SD1", channel=ticket.CHANNEL_PROVINCIAL, formed_at=at()),
        changed("dispatch", 2),
        dispatch.ExtensionRequested(**about, unit_id="water", days=3, reason="管材未到货", at=at(), version=3),
        dispatch.ReturnRequested(**back, unit_id="water", at=at(), version=5),
        dispatch.ProgressReportRequested(
            **about,
            unit_id="water",
            reason="管材未到货",
            progress="已开挖",
            measures="到货即换",
            promised_on="2025-02-10",
            at=at(),
            version=6,
        ),
        dispatch.AnswerPassed(**about, result="已恢复供水", at=at(), version=7, source=ticket.SOURCE_PROVINCIAL),
        changed("record_ratings", 8, process=dispatch.RATING_SATISFIED, result=dispatch.RATING_FAIR),
        changed("close_satisfied", 9, closing=dispatch.CLOSING_SATISFIED),
    ]


WHOLE = ["RECEIPT", "ACCEPT", "TRANSFER", "EXTEND_APPLY", "RETURN_APPLY", "PROGRESS_REPORT", "REPLY", "VISIT", "FINISH"]


@pytest.mark.parametrize("backwards", [False, True])
def test_the_province_is_told_everything_once_and_in_order(board: Board, *, backwards: bool) -> None:
    for unit_id, name in (("water", "市自来水公司"), ("roads", "市市政工程处")):
        board.tell(directory.UnitChanged(unit_id=unit_id, tenant_id="zibo", name=name, version=1))
    board.push(body())
    ticket_id = board.tickets()[0]["ticket_id"]
    file = b"\xff\xd8\xff a picture"
    board.ask("FeedbackService/AttachToReply", SUPERVISOR, ticket_id=ticket_id, name="现场.jpg", content=file, sha256=_hash(file))
    told = story(board, ticket_id)
    for event in [*(told[::-1] if backwards else told), *told]:
        board.tell(event)
    board.send()
    board.run(lambda: len(board.book.heard) == len(WHOLE))
    assert board.heard() == WHOLE
    by_kind = {each["msgType"]: each["content"] for each in board.book.heard.values()}
    assert by_kind["TRANSFER"]["deptName"] == "市自来水公司"
    assert (by_kind["RETURN_APPLY"]["suggestDept"], by_kind["EXTEND_APPLY"]["days"]) == ("市市政工程处", 3)
    promised = by_kind["PROGRESS_REPORT"]
    assert (promised["promiseDate"], promised["progress"], promised["measures"]) == ("2025-02-10", "已开挖", "到货即换")
    assert (by_kind["VISIT"]["processScore"], by_kind["VISIT"]["resultScore"], by_kind["FINISH"]["finishType"]) == (
        "satisfied", "fair", "satisfied",
    )  # fmt: skip
    (sent,) = by_kind["REPLY"]["attachments"]
    assert (by_kind["REPLY"]["result"], sent["fileName"]) == ("已恢复供水", "现场.jpg")
    assert "现场" not in board.everything()
    (order,) = board.ask("ProvincialOrderService/ListProvincialOrders", SUPERVISOR).orders
    assert (order.order_id, order.unit_id, order.estimated) == (ORDER, "water", False)


def test_a_ticket_that_no_link_brought_concerns_no_province(board: Board) -> None:
    for event in story(board, "typed-in")[::-1]:
        board.tell(event)
    assert board.rows("feedback") == []
    with pytest.raises(Refused, match="省级工单"):
        board.ask("FeedbackService/AttachToReply", SUPERVISOR, ticket_id="typed-in", name="a", content=b"a", sha256=_hash(b"a"))


def test_what_formed_before_we_noted_it_is_told_all_the_same(board: Board) -> None:
    """intake took it, we died before we noted it, and the province has not sent it again yet."""
    board.store.write(Caller.timer("provincial", "zibo"), _begin)
    for event in story(board, "t-1")[::-1]:
        board.tell(event)
    assert {row["number"] for row in board.rows("feedback")} == {"SD1"}
    assert len(board.rows("feedback")) == len(WHOLE) - 1


def test_an_urging_and_a_decision_of_the_province_are_told_to_whom_they_concern(board: Board) -> None:
    board.push(body())
    ticket_id = board.tickets()[0]["ticket_id"]
    board.tell(
        dispatch.OrderChanged(order=snapshot(board.store.clock.now(), ticket_id, 2), verb="dispatch", at=stamp(board.store.clock.now()))
    )
    urge = body(version=2, msgType="URGE", content={"content": "请抓紧"})
    decide = body(version=3, msgType="DECIDE", content={"applyType": "EXTEND_APPLY", "agree": True, "days": 2})
    assert [state for state, _ in board.push(urge, urge, decide)] == [200] * 3
    outbox = board.store.tables["outbox"]
    rows = board.store.across(lambda tx: tx.all(select(outbox.c.type, outbox.c.payload).order_by(outbox.c.seq)))
    urging, decision = [Parse(row["payload"], getattr(provincial, row["type"].rpartition(".")[2])()) for row in rows]
    assert (urging.ticket_id, urging.order_id, urging.unit_id, urging.provincial_number) == (ticket_id, ORDER, "water", "SD1")
    assert (decision.asked, decision.granted, decision.days) == ("extension", True, 2)


def test_both_dates_are_shown_and_one_our_rule_could_not_produce_is_flagged(board: Board) -> None:
    dues = {"SD1": "2025-01-14T00:00:00+08:00", "SD2": "2025-01-10T00:00:00+08:00", "SD3": None}
    board.push(*(body(number=number, content=content(**({"limitTime": due} if due else {}))) for number, due in dues.items()))
    found = {each.provincial_number: each for each in board.ask("ProvincialOrderService/ListProvincialOrders", SUPERVISOR).orders}
    assert {number: each.flagged for number, each in found.items()} == {"SD1": False, "SD2": True, "SD3": False}
    assert [found["SD2"].ruling_at == found["SD2"].provincial_due_at, found["SD1"].ruling_at == found["SD1"].due_at] == [True, True]
    assert (found["SD3"].HasField("provincial_due_at"), found["SD3"].estimated) == (False, True)
    flagged = board.ask("ProvincialOrderService/ListProvincialOrders", SUPERVISOR, flagged=True).orders
    assert [each.provincial_number for each in flagged] == ["SD2"]


def test_a_ticket_taken_back_is_told_whether_it_had_an_order_or_not(board: Board) -> None:
    board.push(body(), body(number="SD2"))
    first, second = (ticket["ticket_id"] for ticket in board.tickets())
    now = stamp(board.store.clock.now())
    early = intake.TicketSettled(ticket_id=first, outcome="withdrawn", channel=ticket.CHANNEL_PROVINCIAL, provincial_number="SD1")
    early.settled_at.CopyFrom(now)
    late = dispatch.OrderChanged(order=snapshot(board.store.clock.now(), second, 4), verb="withdraw", at=now)
    late.closing = dispatch.CLOSING_WITHDRAWN
    for event in (early, late):
        board.tell(event)
    told = {row["kind"]: row["content"] for row in board.rows("feedback") if row["kind"] in {"settlement", "closing"}}
    assert told == {"settlement": {"outcome": "withdrawn", "code": ""}, "closing": {"closing": "withdrawn"}}


def test_the_province_s_date_moves_by_its_decision_and_by_a_later_order_each_told_once(board: Board) -> None:
    board.push(body(content=content(limitTime="2025-01-10T00:00:00+08:00")))
    ticket_id = board.tickets()[0]["ticket_id"]
    formed, *_, asked = story(board, ticket_id)[:3]
    board.tell(formed)
    board.tell(asked)
    named = body(
        version=4, msgType="DECIDE", content={"applyType": "EXTEND_APPLY", "agree": True, "limitTime": "2025-01-20T12:00:00+08:00"}
    )
    # As many days as were asked for: 10 was a Friday's midnight, so Fri 10, Mon 13, Tue 14.
    asked_for = body(version=3, msgType="DECIDE", content={"applyType": "EXTEND_APPLY", "agree": True})
    refused = body(version=5, msgType="DECIDE", content={"applyType": "EXTEND_APPLY", "agree": False, "days": 9})
    corrected = body(version=2, content=content(limitTime="2025-01-11T00:00:00+08:00"))
    assert [state for state, _ in board.push(asked_for, asked_for, named, corrected, refused)] == [200] * 5
    assert moves(board) == [("2025-01-15T00:00:00+08:00", 1), ("2025-01-20T12:00:00+08:00", 2)]
    (order,) = board.ask("ProvincialOrderService/ListProvincialOrders", SUPERVISOR).orders
    assert order.provincial_due_at.ToDatetime().isoformat() == "2025-01-20T04:00:00"


def test_both_dates_of_dispatch_are_shown(board: Board) -> None:
    board.push(body(content=content(limitTime="2025-01-10T00:00:00+08:00")))
    now, ticket_id = board.store.clock.now(), board.tickets()[0]["ticket_id"]
    snapped = snapshot(now, ticket_id, 2)
    snapped.clocks[0].deadline.own_at.CopyFrom(stamp(now + timedelta(days=7)))
    board.tell(dispatch.OrderChanged(order=snapped, verb="dispatch", at=stamp(now)))
    (order,) = board.ask("ProvincialOrderService/ListProvincialOrders", SUPERVISOR).orders
    assert (order.due_at, order.ruling_at) == (stamp(now + timedelta(days=7)), stamp(now + timedelta(days=5)))
    (transfer,) = [row for row in board.rows("feedback") if row["kind"] == "transfer"]
    assert transfer["content"]["due_at"] == (now + timedelta(days=5)).isoformat(), "the one in force"


def moves(board: Board) -> list[tuple[str, int]]:
    """The province's date as dispatch is told of it, and which move that is."""
    outbox = board.store.tables["outbox"]
    wanted = select(outbox.c.payload).where(outbox.c.type == "hotline.provincial.v1.ProvincialDateMoved").order_by(outbox.c.seq)
    told = [Parse(row["payload"], provincial.ProvincialDateMoved()) for row in board.store.across(lambda tx: tx.all(wanted))]
    return [(each.due_at.ToDatetime(UTC).astimezone(LOCAL).isoformat(), each.version) for each in told]


def test_the_worker_hears_what_its_events_declare(board: Board) -> None:
    del board
    assert disagreements("provincial", ProvincialWorker()) == []


def _begin(tx: Any) -> None:
    from services.provincial.actions import receiving  # noqa: PLC0415 - the half of it that came before the crash
    from services.provincial.wire import read_envelope  # noqa: PLC0415 - likewise

    receiving.begin(tx, "370000", read_envelope(envelope()))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
