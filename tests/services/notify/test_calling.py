"""A call from the order to its end: made once, told once, whatever comes between (Art. 11(8))."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import Parse
from sqlalchemy import select

from chassis.caller import Caller
from hotline.notify.v1 import commands_pb2, events_pb2
from services.notify.actions import calling, sending
from services.notify.actions.sending import Claimed, Ended
from services.notify.channels import CallResult
from services.notify.lifecycle import Channel
from services.notify.providers import Provider
from services.notify.rules.delivery import Outcome
from services.notify.store import messages
from tests.services.notify.office import CITY, NUMBER, ORDER, Office, stamp

LINE = Provider("line", "log", frozenset({Channel.VOICE}), 10, Decimal("0.10"))
BY = Caller.timer("notify", CITY)


@pytest.fixture(autouse=True)
def voice(office: Office, tmp_path: Path) -> None:
    """A provider that calls."""
    file = tmp_path / "providers.toml"
    file.write_text('[[provider]]\nname = "line"\nplugin = "voice.sip"\nkinds = ["voice"]\nrate = 1\nprice = "0.10"\n')
    object.__setattr__(office.store.settings, "providers", file)


def order(office: Office, within: timedelta = timedelta(hours=1)) -> None:
    office.tell(
        commands_pb2.PlaceCall(
            call_id="c-1", order_id=ORDER, ticket_id="t-1", number=NUMBER, round=1, expires_at=stamp(office.clock.now() + within)
        )
    )


def test_a_third_party_s_call_says_in_whose_name_it_is_made(office: Office) -> None:
    ends = stamp(office.clock.now() + timedelta(hours=1))
    about: dict[str, Any] = {"order_id": ORDER, "ticket_id": "t-1", "number": NUMBER, "round": 1, "expires_at": ends}
    office.tell(commands_pb2.PlaceCall(call_id="s-1", purpose=commands_pb2.CALL_PURPOSE_SAMPLE, **about))
    [row] = office.rows("messages")
    assert (row["notice"], row["call_id"]) == ("sample_call", "s-1")
    assert "第三方抽测" in row["template"]


def begin(office: Office) -> list[Claimed]:
    found = office.store.read_across(lambda tx: messages.waiting(tx, Channel.VOICE, 10))
    return office.store.write(BY, lambda tx: sending.begin(tx, [each for _, each in found], [LINE], {"line": 9}))


def end(office: Office, claimed: Claimed, outcome: Outcome) -> None:
    office.store.write(BY, lambda tx: sending.end(tx, claimed, Ended(outcome), [LINE]))


def told(office: Office) -> list[tuple[str, str, str, str]]:
    outbox = office.store.tables["outbox"]
    wanted = select(outbox.c.payload).where(outbox.c.type == "hotline.notify.v1.CallEnded").order_by(outbox.c.seq)
    rows = office.store.across(lambda tx: tx.all(wanted))
    events: list[Any] = [Parse(row["payload"], events_pb2.CallEnded()) for row in rows]
    return [(each.call_id, events_pb2.CallOutcome.Name(each.outcome)[13:], each.digits, each.recording) for each in events]


@pytest.mark.parametrize("overtakes", [False, True])
def test_a_call_is_made_once_and_its_result_told_once(office: Office, overtakes: bool) -> None:  # noqa: FBT001 - a row of a table
    order(office)
    order(office)
    (claimed,) = begin(office)
    if not overtakes:
        end(office, claimed, Outcome.TAKEN)
    for digits in ("12", "33"):
        result = CallResult(claimed.message_id, "answered", digits, "rec-1")
        office.store.write(BY, lambda tx, result=result: calling.hear_result(tx, "line", result))  # type: ignore[misc]  # bound here
    if overtakes:
        end(office, claimed, Outcome.TAKEN)
    assert told(office) == [("c-1", "ANSWERED", "12", "rec-1")]
    assert [row["state"] for row in office.rows("messages")] == ["delivered"]


@pytest.mark.parametrize("outcome", ["busy", "no_answer", "failed"])
def test_a_call_that_nobody_answered_has_failed(office: Office, outcome: Any) -> None:
    order(office)
    (claimed,) = begin(office)
    end(office, claimed, Outcome.TAKEN)
    office.store.write(BY, lambda tx: calling.hear_result(tx, "line", CallResult(claimed.message_id, outcome)))
    assert told(office) == [("c-1", outcome.upper(), "", "")]


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.STOPPED, Outcome.NO_CONTACT])
def test_a_call_that_cannot_be_made_is_told_as_failed(office: Office, outcome: Outcome) -> None:
    order(office)
    (claimed,) = begin(office)
    end(office, claimed, outcome)
    assert told(office) == [("c-1", "FAILED", "", "")]


def test_a_call_that_was_not_made_in_time_is_told_as_failed(office: Office) -> None:
    order(office)
    office.clock.set(office.clock.now() + timedelta(hours=2))
    assert [sending.expire_messages(office.store) for _ in range(2)] == [1, 0]
    order(office, within=-timedelta(hours=9))
    assert told(office) == [("c-1", "FAILED", "", "")]


def test_a_call_of_whose_end_nobody_told_has_failed(office: Office) -> None:
    order(office)
    (claimed,) = begin(office)
    end(office, claimed, Outcome.TAKEN)
    assert calling.end_lost_calls(office.store) == 0
    office.clock.set(office.clock.now() + timedelta(minutes=10))
    assert [calling.end_lost_calls(office.store) for _ in range(2)] == [1, 0]
    office.store.write(BY, lambda tx: calling.hear_result(tx, "line", CallResult(claimed.message_id, "answered", "11")))
    assert told(office) == [("c-1", "FAILED", "", "")]


def test_where_nobody_calls_the_order_hears_so_at_once(office: Office) -> None:
    object.__setattr__(office.store.settings, "providers", None)
    order(office)
    assert told(office) == [("c-1", "FAILED", "", "")]
    assert [row["reason"] for row in office.rows("messages")] == ["没有可用的通道"]
