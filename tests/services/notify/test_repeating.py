"""What failed for good, sent once more by an administrator: as a message of its own, once, and never what is over or a call."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.caller import Caller
from services.notify.actions import sending
from services.notify.lifecycle import Channel, State
from services.notify.providers import setup_of
from services.notify.rules.notices import NOTICES
from services.notify.store import messages
from services.notify.store.messages import Fresh
from tests.services.notify.office import ADMIN, CITY, DISTRICT_ADMIN, HANDLER, SUPERVISOR, Office
from tests.services.refused import Refused

AGAIN = "MessageService/SendMessageAgain"
BY = Caller.timer("notify", CITY)


def refusal(office: Office, message_id: str, by: Caller = ADMIN) -> Refused:
    """And nothing is changed."""
    before = office.everything()
    with pytest.raises(Refused) as refused:
        office.ask(AGAIN, by, message_id=message_id)
    assert office.everything() == before
    return refused.value


def test_send_message_again_is_a_message_of_its_own_in_the_same_words(served_office: Office) -> None:
    office = served_office
    failed = office.fail()
    again = office.ask(AGAIN, ADMIN, message_id=failed).again_id
    old, new = sorted(office.rows("messages"), key=lambda row: row["key"] == f"again:{failed}")
    assert (old["message_id"], old["state"], old["reason"]) == (failed, "failed", "空号")
    assert (new["message_id"], new["state"], new["reason"], new["ended_at"]) == (again, "queued", "", None)
    own = {"message_id", "key", "state", "reason", "asked_at", "not_before", "retry_at", "trace", "ended_at"}
    assert {name: value for name, value in new.items() if name not in own} == {name: old[name] for name in old if name not in own}
    assert office.store.read_across(lambda tx: messages.waiting(tx, Channel.SMS, 9)) == [(CITY, again)]
    shown = {each.message_id: each.again_id for each in office.ask("MessageService/ListMessages", SUPERVISOR).messages}
    assert shown == {failed: again, again: ""}
    assert office.ask("MessageService/GetMessage", SUPERVISOR, message_id=failed).message.again_id == again


def test_send_message_again_is_a_step_that_says_why_it_had_failed(served_office: Office) -> None:
    failed = served_office.fail()
    again = served_office.ask(AGAIN, ADMIN, message_id=failed).again_id
    (step,) = (row for row in served_office.rows("journal") if row["verb"] == "send_message_again")
    assert (step["subject"], step["article"], step["by_id"]) == (failed, "10", ADMIN.id)
    assert json.loads(step["detail"]) == {"notice": "ticket_formed", "channel": "sms", "reason": "空号", "again_id": again}


def test_send_message_again_goes_out_once_and_what_fails_once_more_goes_on_from_there(served_office: Office) -> None:
    office = served_office
    failed = office.fail()
    again = office.ask(AGAIN, ADMIN, message_id=failed).again_id
    assert "已经再次发送过" in refusal(office, failed).message
    assert "待发送" in refusal(office, again).message
    office.store.write(BY, lambda tx: sending.hear(tx, again, State.FAILED, "停机", None))
    assert office.ask(AGAIN, ADMIN, message_id=again).again_id not in (failed, again, "")


def test_send_message_again_is_refused_for_what_came_through_after_all(served_office: Office) -> None:
    failed = served_office.fail()
    served_office.store.write(BY, lambda tx: sending.hear(tx, failed, State.DELIVERED, "", None))
    assert "已送达" in refusal(served_office, failed).message


def test_send_message_again_is_refused_once_it_is_over(served_office: Office) -> None:
    failed = served_office.fail()
    served_office.clock.set(served_office.clock.now() + NOTICES["ticket_formed"].lives)
    refused = refusal(served_office, failed)
    assert (refused.code, "已过有效期" in refused.message) == ("FAILED_PRECONDITION", True)


def test_send_message_again_is_refused_for_a_call(served_office: Office) -> None:
    office = served_office
    ends_at = office.clock.now() + timedelta(days=1)
    call = Fresh("call", "call_back", Channel.VOICE, "zh-CN", "回访", 0, urgent=False, expires_at=ends_at, call_id="call-1")
    failed = office.store.write(BY, lambda tx: messages.add(tx, call, State.FAILED))
    assert "另行安排呼叫" in refusal(office, failed).message


def test_send_message_again_is_refused_where_nobody_carries_it(served_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = served_office.fail()
    nobody = replace(setup_of(served_office.store.settings), providers=())
    monkeypatch.setattr("services.notify.actions.repeating.setup_of", lambda _settings: nobody)
    assert "没有可用的通道" in refusal(served_office, failed).message


def test_send_message_again_is_for_administrators_of_whose_it_is(served_office: Office) -> None:
    failed = served_office.fail()
    assert refusal(served_office, failed, DISTRICT_ADMIN).code == "NOT_FOUND"
    for by in (SUPERVISOR, HANDLER):
        assert refusal(served_office, failed, by).code == "PERMISSION_DENIED"
