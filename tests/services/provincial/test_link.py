"""The link against a real intake and a province that pushes: what is taken, what is told, and what neither is."""

from __future__ import annotations

import base64
from datetime import timedelta

import gmalg
import pytest
from prometheus_client import REGISTRY

from chassis.clock import real_now
from services.provincial import wire
from services.provincial.link import polling, telling
from services.provincial.rules.signing import OwnKeys, stamp
from services.provincial.store.tables import feedback
from tests.services.provincial import board as board_module
from tests.services.provincial.board import BY, CODE, PHONE, SAID, Answer, Board, content
from tests.services.provincial.test_bad_input import body

pytestmark = pytest.mark.parametrize("store_for", ["sqlite"], indirect=True)
PICTURE = b"\xff\xd8\xff" + b"0" * 100


def test_an_order_is_acknowledged_once_intake_has_it_and_its_receipt_told(board: Board) -> None:
    board.send()
    board.run(lambda: board.heard() == ["RECEIPT"] and not board.book.waiting())
    (ticket,) = board.tickets()
    assert (ticket["channel"], ticket["source"], ticket["provincial_number"]) == ("provincial", "provincial", "SD1")
    assert (ticket["nature"], ticket["category"], ticket["masking_confirmed"]) == ("complaint", "01.01.01", False)
    assert board.book.acknowledged == {("SD1", 1): ticket["number"]}
    (receipt,) = board.book.heard.values()
    assert receipt["content"] == {"cityOrderNo": ticket["number"], "attachments": []}
    # Who complained, and what, is intake's alone.
    for secret in (PHONE, SAID, "停水", "张三丰"):
        assert secret not in board.everything()


def test_whatever_goes_wrong_on_the_way_has_one_effect(board: Board) -> None:
    for number in ("SD1", "SD2", "SD3"):
        board.send(number)
        board.send(number, "SUPPLEMENT", {"content": "又停了"})
    board.faults.set({"repeats": 2, "reorders": True, "errors": 2, "cuts": 3})
    board.run(lambda: len(board.book.heard) == 3 and not board.book.waiting() and not _queued(board))
    assert sorted(ticket["provincial_number"] for ticket in board.tickets()) == ["SD1", "SD2", "SD3"]
    assert len(board.intake.rows(board.intake.store.tables["supplements"])) == 3
    assert (board.heard(), board.faults.errors, board.faults.cuts) == (["RECEIPT"] * 3, 0, 0)
    assert board.book.repeats >= 1, "what was cut off in mid-answer was told again, and had one effect"


def test_the_province_takes_an_order_back_once_whatever_goes_wrong(board: Board) -> None:
    board.send()
    board.send("SD1", "WITHDRAW", {"content": "来电人已撤回诉求"})
    board.faults.set({"repeats": 2, "reorders": True})
    board.run(lambda: not board.book.waiting())
    (found,) = board.tickets()
    assert (found["state"], found["version"]) == ("withdrawn", 2)
    assert "【省级平台撤回】" in str(found["settlement"])
    assert board.rows("refusals") == []


def test_an_order_that_has_ended_is_not_taken_back_and_the_province_hears_why(board: Board) -> None:
    board.send()
    board.run(lambda: not board.book.waiting())
    shown = board.intake.ask("TicketService/GetTicket", ticket_id=board.tickets()[0]["ticket_id"]).ticket
    board.intake.do("TicketService/AnswerDirectly", shown, answer="抢修后已于今日恢复供水")
    board.send("SD1", "WITHDRAW", {"content": "来电人已撤回诉求"})
    board.run(lambda: bool(board.book.refused))
    assert board.book.refused == {("SD1", 2): "2007"}
    assert [(row["code"], row["version"]) for row in board.rows("refusals")] == [("not_taken", 2)]
    assert board.tickets()[0]["state"] == "answered"


def test_while_intake_is_away_nothing_is_acknowledged_and_nothing_lost(board: Board) -> None:
    board.send()
    addresses, board.addresses = board.addresses, {"intake": "127.0.0.1:1"}
    board.run(lambda: len(board.rows("messages")) == 1)
    assert (board.book.acknowledged, board.tickets(), [row["taken_at"] for row in board.rows("messages")]) == ({}, [], [None])
    board.addresses = addresses
    board.run(lambda: not board.book.waiting())
    assert len(board.tickets()) == 1


def test_a_province_that_is_away_is_told_once_it_is_back_in_order(board: Board) -> None:
    board.send()
    board.run(lambda: not board.book.waiting())
    board.faults.set({"away": True})
    board.run(lambda: any(row["tries"] for row in board.rows("feedback")) or bool(board.book.heard))
    board.faults.set({"away": False})
    board.run(lambda: board.heard() == ["RECEIPT"])


def test_what_is_not_understood_is_taken_with_a_warning(board: Board) -> None:
    odd = content(appealType="99", classCode="8888", areaCode="", caller={"phone": "不详"}, title="题" * 120)
    board.send("SD1", "ORDER", {**odd, "attachments": [_file(PICTURE), _file(b"#!/bin/sh")]})
    board.run(lambda: not board.book.waiting())
    (message,) = board.rows("messages")
    assert [(each["about"], each["said"]) for each in message["warnings"]] == [
        ("nature", "99"), ("category", "8888"), ("phone", ""), ("attachment", "图.jpg"),
    ]  # fmt: skip
    (ticket,) = board.tickets()
    assert (ticket["nature"], ticket["category"]) == ("unspecified", "")
    assert len(board.intake.rows(board.intake.store.tables["attachments"])) == 1


def test_a_later_order_of_the_same_number_corrects_it(board: Board) -> None:
    board.send()
    board.run(lambda: not board.book.waiting())
    board.send(said=content(content="更正：是停电，不是停水"))
    board.run(lambda: not board.book.waiting())
    assert len(board.tickets()) == 1
    (added,) = board.intake.rows(board.intake.store.tables["supplements"])
    assert added["text"] == "【省级平台更正来件】更正：是停电，不是停水"


def test_a_province_that_does_not_push_is_polled_and_nothing_is_passed_over(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "PAGE", 10)
    board.polled()
    for number in range(25):
        board.send(f"SD{number}")
        if number % 5 == 0:
            board.send(f"SD{number}", "SUPPLEMENT", {"content": "补充"})
    board.book.sent["SD7", 1]["msgType"] = "GOSSIP"
    board.faults.set({"errors": 1, "cuts": 1, "repeats": 1, "reorders": True})
    board.run(lambda: len(board.book.heard) == 24)
    assert len(board.tickets()) == 24
    assert len(board.intake.rows(board.intake.store.tables["supplements"])) == 5
    assert {row["code"] for row in board.rows("refusals")} == {"malformed"}


def _file(data: bytes) -> dict[str, str]:
    return {"fileName": "图.jpg", "data": base64.b64encode(data).decode()}


def _queued(board: Board) -> list[str]:
    return [row["kind"] for row in board.rows("feedback") if row["state"] == "queued"]


def test_what_waits_for_the_province_is_measured_by_its_code_alone(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MEASURE_SECONDS", 0.0)
    board.faults.set({"errors": 1_000})
    for number in ("SD1", "SD2"):
        board.send(number)
    board.run(lambda: measured("queue_depth") == 2)
    board.store.clock.set(board.store.clock.now() + timedelta(hours=3))  # type: ignore[attr-defined]  # the tests' clock can
    board.run(lambda: measured("queue_age_seconds") >= 3 * 3600)
    samples = [each for metric in REGISTRY.collect() if metric.name in QUEUE for each in metric.samples]
    assert {tuple(each.labels) for each in samples} == {("province",)}
    board.faults.set({"errors": 0})
    board.store.write(BY, lambda tx: tx.run(tx.update(feedback).values(retry_at=real_now())))
    board.run(lambda: measured("queue_depth") == 0)
    assert measured("queue_age_seconds") == 0


QUEUE = ("hotline_provincial_queue_depth", "hotline_provincial_queue_age_seconds")


def measured(name: str) -> float:
    """What Prometheus would be told of the queue towards the province."""
    return REGISTRY.get_sample_value(f"hotline_provincial_{name}", {"province": CODE}) or 0.0


def test_by_sm2_each_side_signs_with_its_own_key(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = gmalg.SM2().generate_keypair(), gmalg.SM2().generate_keypair()
    board.signs_by_sm2(ours[0], theirs[1])
    province, stranger = OwnKeys(theirs[0], ours[1]), OwnKeys(ours[0], theirs[1])

    def signed(by: OwnKeys) -> list[Answer]:
        def headers(_key: str, code: str, method: str, path: str, told: bytes, _at: str) -> dict[str, str]:
            at = stamp(real_now())
            return {wire.PROVINCE: code, wire.INSTANT: at, wire.ALGORITHM: "SM2-SM3", wire.SIGNATURE: by.sign(method, path, at, told)}

        monkeypatch.setattr(board_module, "headers", headers)
        return board.push(body())

    assert [(state, told["code"]) for state, told in signed(stranger)] == [(401, "2001")]
    assert [(state, told["code"]) for state, told in signed(province)] == [(200, "0000")]
    assert [ticket["provincial_number"] for ticket in board.tickets()] == ["SD1"]
