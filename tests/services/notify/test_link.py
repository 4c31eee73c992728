"""The link against a real intake and a real web server: who is written to, what leaves the house, and what is left behind."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from services.notify.actions import sending
from services.notify.sealed import Rating, sign_rating
from tests.services.intake.desk import CALLER
from tests.services.notify.house import PROVIDERS, House, Post
from tests.services.notify.office import ADMIN, CITY, GATEWAY, NUMBER, ORDER, changed, urged
from tests.services.refused import Refused

pytestmark = pytest.mark.parametrize("store_for", ["sqlite"], indirect=True)
PHONE = "13805331234"
KEY = "a-key-of-our-own-0123"


def test_a_number_is_in_memory_alone_and_journalled_with_what_for(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ticket = house.intake.register()
    house.office.form(ticket.ticket_id)
    house.carry(lambda: house.states() == ["sent"])
    (sent,) = Post.taken
    assert (sent.to, sent.urgent, NUMBER in sent.text) == (PHONE, False, True)
    # Its receipt named nothing but the provider's reference.
    assert house.states() == ["delivered"]
    entries = house.intake.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries
    assert [(each.verb, json.loads(each.detail)["purpose"]) for each in entries[-1:]] == [("resolve_contact", "ticket_formed")]
    for kept in (house.office.everything(), caplog.text, *(each.detail for each in entries), repr(sent)):
        assert PHONE not in kept
        assert PHONE[3:] not in kept


def test_two_links_together_send_no_faster_than_one_may(house: House, tmp_path: Path) -> None:
    slow = tmp_path / "slow.toml"
    slow.write_text(PROVIDERS.replace("rate = 100", "rate = 10"))
    object.__setattr__(house.office.store.settings, "providers", slow)
    for number in range(12):
        house.office.form(f"nobody-{number}")
    begun = time.monotonic()
    house.carry(lambda: house.outcomes() == ["no_contact"] * 12, links=2)
    # Two at once, then ten a second; two links that did not know of each other would have needed half of it.
    assert time.monotonic() - begun > (12 - 2) / 10 - 0.1


def test_who_wants_to_hear_nothing_is_written_nothing(house: House) -> None:
    ticket = house.intake.register()
    house.intake.ask("StopService/StopNumber", phone=CALLER["phone"], reason=1)
    house.office.form(ticket.ticket_id)
    house.carry(lambda: house.states() == ["failed"])
    assert (Post.taken, house.outcomes()) == ([], ["stopped"])


def test_a_units_contact_is_written_to_at_night_too_where_it_is_urgent(house: House) -> None:
    house.city.ask("Contact.AddContact", unit_id="water", purpose="CONTACT_PURPOSE_URGENT", name="李四光", phone=PHONE)
    house.office.clock.set(house.office.clock.now().replace(hour=15) + timedelta(minutes=30))
    house.office.tell(urged(house.office.clock.now()))
    house.carry(lambda: house.states() == ["sent"])
    (sent,) = Post.taken
    assert (sent.to, sent.urgent, "红灯" in sent.text) == (PHONE, True, True)
    assert house.city.journal("water")[-1]["verb"] == "resolve_unit_contact"
    assert PHONE not in house.office.everything()


def test_a_unit_without_a_contact_is_told_in_its_inbox_alone(house: House) -> None:
    house.office.tell(urged(house.office.clock.now()))
    house.carry(lambda: house.states() == ["failed"])
    assert (Post.taken, house.outcomes(), house.office.laid("water")) == ([], ["no_contact"], ["red_urged"])


@pytest.mark.parametrize("phone", ["0533-2770001", ""])
def test_a_caller_without_a_mobile_is_written_nothing(house: House, phone: str) -> None:
    ticket = house.intake.register(caller={**CALLER, "phone": phone})
    house.office.form(ticket.ticket_id)
    house.carry(lambda: house.states() == ["failed"])
    assert (Post.taken, house.outcomes()) == ([], ["no_contact"])


def test_while_intake_is_away_a_message_waits(house: House) -> None:
    ticket = house.intake.register()
    house.office.form(ticket.ticket_id)
    addresses, house.addresses = house.addresses, {"intake": "127.0.0.1:1"}
    house.carry(lambda: house.outcomes() == ["unreachable"])
    assert (house.states(), Post.taken) == (["queued"], [])
    house.addresses = addresses
    house.carry(lambda: house.states() == ["sent"])


def test_while_the_provider_is_away_a_message_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Post, "away", True)
    house.office.form(house.intake.register().ticket_id)
    house.carry(lambda: house.outcomes() == ["unreachable"])
    monkeypatch.setattr(Post, "away", False)
    house.carry(lambda: house.states() == ["sent"])
    assert len(Post.taken) == 1


def test_a_link_that_dies_while_it_sends_is_followed_by_one_that_sends_the_same_message(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CLAIM", timedelta(seconds=0.5))
    house.office.form(house.intake.register().ticket_id)
    monkeypatch.setattr(Post, "hangs", True)
    house.carry(lambda: len(Post.taken) == 1)
    assert (house.states(), house.outcomes()) == (["queued"], [None])
    monkeypatch.setattr(Post, "hangs", False)
    house.carry(lambda: house.states() == ["sent"])
    assert [each.message_id for each in Post.taken] == [Post.taken[0].message_id] * 2


def test_a_rating_link_is_signed_when_it_is_sent_and_opens_its_order_until_it_is_over(house: House) -> None:
    office, ticket = house.office, house.intake.register()
    until = office.clock.now() + timedelta(hours=72)
    office.tell(changed(office.clock.now(), "send_rating_link", link_until=until, ticket_id=ticket.ticket_id))
    house.carry(lambda: house.states() == ["sent"])
    token = Post.taken[0].text.partition("/r/")[2].partition("（")[0]
    assert token not in office.everything()
    opened = office.ask("RatingLinkService/OpenRatingLink", GATEWAY, token=token)
    assert (opened.tenant_id, opened.order_id, opened.round) == (CITY, ORDER, 1)
    other = sign_rating(replace(office.store.settings, data=office.store.settings.data / "other"), Rating(CITY, ORDER, 1, until))
    for wrong in (token[:-1], f"{token}A", other, "A" * len(token), "评"):
        with pytest.raises(Refused) as refused:
            office.ask("RatingLinkService/OpenRatingLink", GATEWAY, token=wrong)
        assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", "token")
    office.clock.set(until + timedelta(seconds=1))
    with pytest.raises(Refused, match="有效期"):
        office.ask("RatingLinkService/OpenRatingLink", GATEWAY, token=token)


class System(BaseHTTPRequestHandler):
    """A tenant's own system: answers what it is told to, and keeps what it was sent."""

    answers: ClassVar[list[tuple[int, dict[str, str]]]] = []
    heard: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        System.heard.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        code, headers = System.answers.pop(0) if System.answers else (204, {})
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""
        return


@contextmanager
def system(*answers: tuple[int, dict[str, str]]) -> Iterator[str]:
    System.answers, System.heard = list(answers), []
    server = HTTPServer(("127.0.0.1", 0), System)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/notices"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(house: House, url: str) -> None:
    house.office.ask("WebhookService/SetWebhook", ADMIN, url=url, key=KEY, notices=["order_dispatched"])
    house.office.tell(changed(house.office.clock.now(), "dispatch"))
    house.office.tell(changed(house.office.clock.now(), "rework", version=3))


def test_a_tenants_system_is_told_what_it_chose_signed_until_it_takes_it(house: House) -> None:
    with system((500, {}), (302, {"Location": "http://127.0.0.1:1/"}), (429, {"Retry-After": "1"})) as url:
        told(house, url)
        house.carry(lambda: house.states() == ["delivered"])
    assert house.outcomes() == ["unreachable", "unreachable", "throttled", "taken"]
    for headers, body in System.heard:
        signed = hmac.new(KEY.encode(), f"{headers['Notify-At']}.".encode() + body, hashlib.sha256).hexdigest()
        assert headers["Notify-Signature"] == f"sha256={signed}"
    assert len({headers["Notify-Message"] for headers, _ in System.heard}) == 1
    body = json.loads(System.heard[0][1])
    assert (body["notice"], body["unit_id"], body["fields"]["number"]) == ("order_dispatched", "water", NUMBER)
    assert KEY not in house.office.everything()


def test_a_system_that_never_will_is_told_no_more(house: House) -> None:
    with system((410, {})) as url:
        told(house, url)
        house.carry(lambda: house.states() == ["failed"])
    assert (len(System.heard), house.outcomes()) == (1, ["refused"])


def test_a_webhook_that_was_removed_meanwhile_is_told_nothing(house: House) -> None:
    with system() as url:
        told(house, url)
        (webhook,) = house.office.ask("WebhookService/ListWebhooks", ADMIN).webhooks
        house.office.ask("WebhookService/RemoveWebhook", ADMIN, webhook_id=webhook.webhook_id)
        house.carry(lambda: house.states() == ["failed"])
    assert (System.heard, house.office.rows("webhooks", CITY)) == ([], [])
