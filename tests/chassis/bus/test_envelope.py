from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from uuid_utils import uuid7

from chassis.bus.envelope import Envelope, Malformed, age_of, letters_to, read_all

AT = datetime(2025, 1, 6, 0, 0, 0, 123456, UTC)
PAYLOAD = '{"orderId": "甲", "text": "引号\\"与\\n换行"}'


def row(tenant: str = "zibo", payload: str = PAYLOAD) -> dict[str, Any]:
    return {
        "event_id": str(uuid7()),
        "type": "hotline.dispatch.v1.OrderChanged",
        "tenant_id": tenant,
        "aggregate": "order-1",
        "version": 3,
        "payload": payload,
        "trace": "",
        "told_at": AT,
    }


def test_a_letter_is_read_as_it_was_told() -> None:
    told = row()
    [letter] = letters_to("sla", [told])
    assert PAYLOAD in letter.body
    [envelope] = read_all(json.loads(letter.body))
    assert (envelope.event_id, envelope.aggregate, envelope.version, envelope.at) == (told["event_id"], "order-1", 3, AT)
    assert envelope.payload == {"orderId": "甲", "text": '引号"与\n换行'}
    assert Envelope.read(json.loads(json.dumps(envelope.as_json()))) == envelope


def test_letters_hold_up_to_64_events_of_one_tenant_in_order() -> None:
    rows = [row("zibo" if number % 2 else "zhangdian", f'{{"n": {number}}}') for number in range(200)]
    letters = letters_to("sla", rows)
    assert [letter.events for letter in letters] == [64, 36, 64, 36]
    assert len({letter.id for letter in letters}) == 4
    read = [read_all(json.loads(letter.body)) for letter in letters]
    assert [{envelope.tenant_id for envelope in each} for each in read] == [{"zhangdian"}, {"zhangdian"}, {"zibo"}, {"zibo"}]
    assert [envelope.payload["n"] for each in read[2:] for envelope in each] == list(range(1, 200, 2))


def test_an_event_that_is_twice_in_a_message_is_read_once() -> None:
    told = row()
    [letter] = letters_to("sla", [told, told])
    assert len(read_all(json.loads(letter.body))) == 1


def good() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(letters_to("sla", [row()])[0].body)[0]
    return found


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        ["text"],
        [{**good(), "event_id": "not an id"}],
        [{**good(), "at": "yesterday"}],
        [{**good(), "payload": 7}],
        [{name: value for name, value in good().items() if name != "tenant_id"}],
        [good(), {**good(), "tenant_id": "zhangdian", "event_id": str(uuid7())}],
    ],
)
def test_what_no_relay_wrote_is_malformed(body: Any) -> None:
    with pytest.raises(Malformed):
        read_all(body)


def test_what_a_newer_relay_adds_is_passed_over() -> None:
    assert read_all([{**good(), "new": 1}])


def test_an_events_age_is_real_whatever_clock_stamped_it() -> None:
    assert 0 <= age_of(str(uuid7())) < 5
