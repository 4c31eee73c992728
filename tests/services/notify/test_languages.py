"""Callers are told in the language they asked for, as far as there are words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hotline.notify.v1 import message_pb2
from services.notify.rules.costs import cost_of
from tests.services.notify.house import House, Post
from tests.services.notify.office import ADMIN, NUMBER, SUPERVISOR, changed
from tests.services.refused import Refused

pytestmark = pytest.mark.parametrize("store_for", ["sqlite"], indirect=True)
SMS = message_pb2.MESSAGE_CHANNEL_SMS


@pytest.mark.parametrize(("language", "beginning", "spoken"), [("en-GB", "[12345 Hotline]", "en"), ("ja", "【12345热线】", "zh-CN")])
def test_a_caller_is_told_in_the_language_they_asked_for_else_in_chinese(house: House, language: str, beginning: str, spoken: str) -> None:
    ticket = house.intake.register(language=language)
    house.office.tell(changed(house.office.clock.now(), "grant_extension", ticket_id=ticket.ticket_id))
    house.carry(lambda: "sent" in house.states())
    (sent,) = Post.taken
    assert sent.text.startswith(beginning)
    assert ("2025-01-11 10:00" in sent.text) is (spoken == "en")
    (row,) = (row for row in house.office.rows("messages") if row["channel"] == "sms")
    shown = house.office.ask("MessageService/GetMessage", SUPERVISOR, message_id=row["message_id"]).message
    assert (row["language"], shown.text) == (spoken, sent.text)
    # An English text takes more parts: it costs what it was sent as.
    assert [each["cost"] for each in house.office.rows("attempts")] == [cost_of(sent.text, Decimal("0.05"))]
    assert [each["spent"] for each in house.office.rows("spending")] == [cost_of(sent.text, Decimal("0.05"))]


def test_a_tenants_own_words_in_a_language_go_before_those_that_ship(house: House) -> None:
    said: dict[str, Any] = {"notice": "ticket_formed", "channel": SMS, "language": "ja", "text": "受付番号{number}"}
    house.office.ask("TemplateService/PublishTemplate", ADMIN, **said)
    house.office.form(house.intake.register(language="ja").ticket_id)
    house.carry(lambda: house.states() == ["sent"])
    assert [each.text for each in Post.taken] == [f"受付番号{NUMBER}"]
    for wrong in ({"language": "Klingon"}, {"language": "zh-TW"}, {"notice": "answer_passed", "text": "{caller_name}"}):
        with pytest.raises(Refused):
            house.office.ask("TemplateService/PublishTemplate", ADMIN, **{**said, **wrong})
