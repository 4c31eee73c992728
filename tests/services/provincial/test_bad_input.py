"""What a province, or whoever says to be one, sends wrongly: refused with the reason, kept in the audit table, nothing else changed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from services.provincial.link import listening
from tests.services.provincial.board import PHONE, Board, content, envelope

pytestmark = pytest.mark.parametrize("store_for", ["sqlite"], indirect=True)
TABLES = ("messages", "orders", "feedback", "journal", "polls")


def body(**changes: Any) -> bytes:
    return json.dumps(envelope(**changes)).encode()


CASES: list[tuple[str, bytes, dict[str, str], int, str]] = [
    ("a wrong signature", body(), {"key": "some-other-key-of-16"}, 401, "signature"),
    ("an old instant", body(), {"at": "1736128800000"}, 401, "stale"),
    ("an unknown province", body(), {"code": "990000"}, 404, "unknown_tenant"),
    ("an unknown tenant", body(cityCode="379900"), {}, 404, "unknown_tenant"),
    ("too large", b"x" * (listening.MOST_BYTES + 1), {}, 413, "too_large"),
    ("cut short", body()[:-20], {}, 400, "malformed"),
    ("no object", b"[]", {}, 400, "malformed"),
    ("deeper than anybody reads", b"[" * 200_000, {}, 400, "malformed"),
    ("no number", body(orderNo="工单 1"), {}, 400, "malformed"),
    ("no version", body(version=0), {}, 400, "malformed"),
    ("no kind", body(msgType="GOSSIP"), {}, 400, "malformed"),
    ("an instant without a zone", body(sendTime="2025-01-06T09:00:00"), {}, 400, "malformed"),
    ("no text", body(content=content(content=" ")), {}, 400, "malformed"),
    ("half a character", body(content=content(content="\ud800")), {}, 400, "malformed"),
    ("no base64", body(content=content(attachments=[{"fileName": "a", "data": "%"}])), {}, 400, "malformed"),
    ("a date that is none", body(content=content(limitTime="明天")), {}, 400, "malformed"),
]


def test_each_is_refused_with_the_reason_and_kept_and_nothing_else_is_changed(board: Board) -> None:
    answers = board.push_each([(sent, signed) for _, sent, signed, _, _ in CASES])
    kept = board.rows("refusals")
    for (name, _, _, state, code), (answered, told), refusal in zip(CASES, answers, kept, strict=True):
        assert (name, answered, refusal["code"]) == (name, state, code)
        assert told["code"].startswith("2")
        assert refusal["reason"] == told["message"]
        assert re.search(r"[\u4e00-\u9fff]", told["message"])
    assert PHONE not in str(kept)
    assert [board.rows(table) for table in TABLES] == [[] for _ in TABLES]
    assert board.tickets() == []


def test_a_number_reused_with_another_content_is_refused_and_the_first_stands(board: Board) -> None:
    first, repeat, other = board.push(body(), body(sendTime="2025-01-06T09:30:00+08:00"), body(content=content(content="另一件事")))
    assert (first, repeat[0], other[0]) == (repeat, 200, 409)
    assert [row["code"] for row in board.rows("refusals")] == ["reused"]
    assert len(board.tickets()) == len(board.rows("messages")) == len(board.rows("feedback")) == 1


def test_what_speaks_of_an_order_that_is_not_here_is_to_be_sent_again(board: Board) -> None:
    late = body(version=2, msgType="SUPPLEMENT", content={"content": "又停了"})
    before, order, again = board.push(late, body(), late)
    assert (before[0], before[1]["code"], order[0], again[0]) == (503, "1001", 200, 200)
    assert board.rows("refusals") == []


def test_what_intake_will_not_take_leaves_nothing_but_the_refusal(board: Board) -> None:
    board.push(body())
    (ticket,) = board.tickets()
    shown = board.intake.ask("TicketService/GetTicket", ticket_id=ticket["ticket_id"]).ticket
    board.intake.do("TicketService/AnswerDirectly", shown, answer="抢修后已于今日恢复供水")
    ((state, told),) = board.push(body(version=2, msgType="SUPPLEMENT", content={"content": "又停了"}))
    assert (state, told["code"]) == (422, "2007")
    assert [(row["code"], row["version"]) for row in board.rows("refusals")] == [("not_taken", 2)]
    assert [row["version"] for row in board.rows("messages")] == [1]


def test_strangers_do_not_fill_the_store(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "STRANGERS_A_MINUTE", 3)
    answers = board.push(*[body()] * 5, code="990000")
    assert [state for state, _ in answers] == [404] * 5
    assert len(board.rows("refusals")) == 3
