"""A list and a claim cost what they show, whatever else there is, and read an index."""

from __future__ import annotations

from typing import Any

from chassis.caller import Caller
from services.provincial.actions import receiving, sending
from services.provincial.lifecycle import FeedbackKind, Refusal
from services.provincial.store import feedback
from services.provincial.wire import read_envelope
from tests.services.asked import plan, statements
from tests.services.provincial.board import BY, CODE, Board, content, envelope

SUPERVISOR = Caller("person", "supervisor-1", "zibo", "zibo-hub", frozenset({"ROLE_SUPERVISOR"}))
LISTS: list[tuple[str, dict[str, Any], str]] = [
    ("ProvincialOrderService/ListProvincialOrders", {}, "ix_orders_tenant_id_received_at_number"),
    ("ProvincialOrderService/ListProvincialOrders", {"flagged": True}, "ix_orders_tenant_id_flagged"),
    ("ReceivedMessageService/ListReceivedMessages", {}, "ix_messages_tenant_id_received_at"),
    ("ReceivedMessageService/ListReceivedMessages", {"provincial_number": "SD1"}, "sqlite_autoindex_messages"),
    ("ReceivedMessageService/ListRefusedMessages", {}, "ix_refusals_tenant_id_at"),
    ("FeedbackService/ListFeedback", {}, "ix_feedback_tenant_id_at"),
    ("FeedbackService/ListFeedback", {"state": 1}, "ix_feedback_tenant_id_state"),
    ("FeedbackService/ListFeedback", {"ticket_id": "t-1"}, "ix_feedback_tenant_id_ticket_id"),
    ("FeedbackService/MeasureQueue", {}, "ix_feedback_tenant_id_state"),
    ("ReconciliationService/ListReconciliations", {}, "sqlite_autoindex_reconciliations"),
]


def fill(board: Board, first: int, count: int) -> None:
    for number in range(first, first + count):
        message = read_envelope(envelope(f"SD{number}", content=content(limitTime="2025-01-10T00:00:00+08:00")))

        def take(tx: Any, message: Any = message, number: int = number) -> None:
            receiving.begin(tx, CODE, message)
            receiving.take(tx, CODE, message, f"t-{number}", f"ZB-{number}", [])
            receiving.refuse(tx, CODE, Refusal.STALE, "时刻不符")

        board.store.write(BY, take)


def test_lists_cost_the_same_however_much_there_is_and_read_an_index(board: Board) -> None:
    def costs() -> list[int]:
        found = []
        for method, fields, index in LISTS:
            board.ask(method, SUPERVISOR, **fields)
            with statements(board.store) as asked:
                board.ask(method, SUPERVISOR, **fields)
            found.append(len(asked))
            if board.store.is_sqlite:
                shown = [plan(board.store, each) for each in asked]
                assert any(index in each for each in shown), (method, fields, shown)
                assert not any("SCAN" in each for each in shown), (method, fields, shown)
        return found

    fill(board, 1, 2)
    few = costs()
    fill(board, 3, 10)
    assert costs() == few == [1] * len(LISTS)


def test_a_claim_costs_by_what_it_takes_and_answers_of_each_number_the_oldest(board: Board) -> None:
    fill(board, 1, 10)
    for number in range(1, 11):
        fact = feedback.Fact(f"later:{number}", FeedbackKind.ACCEPTANCE, f"t-{number}", board.store.clock.now(), {})
        board.store.write(BY, lambda tx, fact=fact, number=number: feedback.add(tx, fact, CODE, f"SD{number}"))  # type: ignore[misc]  # bound here
    with statements(board.store) as asked:
        claimed = board.store.write(BY, lambda tx: sending.claim(tx, CODE, 8))
    assert len(asked) == 2, "one to find, one to claim"
    assert len(claimed) == len({each.row["number"] for each in claimed}) == 8
    assert {each.row["kind"] for each in claimed} == {"receipt"}
    if board.store.is_sqlite:
        shown = plan(board.store, asked[0])
        assert "ix_feedback_waiting" in shown
        assert "SEARCH earlier USING INDEX ix_feedback_tenant_id_number" in shown
        assert "SCAN" not in shown
