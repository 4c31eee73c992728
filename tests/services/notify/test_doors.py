"""Inboxes, messages, templates and webhooks, as people and systems use them."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from chassis.caller import Caller
from hotline.notify.v1 import message_pb2
from hotline.ticket.v1 import ticket_pb2
from services.notify.actions import reading
from tests.services.notify.office import (
    ADMIN,
    DISTRICT,
    DISTRICT_ADMIN,
    HANDLER,
    NUMBER,
    OUTSIDER,
    SUPERVISOR,
    Office,
    changed,
    date,
    person,
)
from tests.services.refused import Refused

INAPP, SMS, WEBHOOK = (message_pb2.MessageChannel.Value(f"MESSAGE_CHANNEL_{name}") for name in ("INAPP", "SMS", "WEBHOOK"))
KEY = "a-key-of-our-own-0123"


def lay(office: Office, count: int, first: int = 1) -> None:
    for version in range(first, first + count):
        office.tell(changed(office.clock.now(), "dispatch", version=version))


def refusal(office: Office, method: str, by: Caller, **fields: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        office.ask(method, by, **fields)
    return refused.value


def test_an_inbox_is_its_units_and_is_read_once_for_all(served_office: Office) -> None:
    office = served_office
    lay(office, 3)
    listed = office.ask("InboxService/ListItems", page=ticket_pb2.Page(size=2))
    assert (len(listed.items), listed.unread) == (2, 3)
    rest = office.ask("InboxService/ListItems", page=ticket_pb2.Page(size=2, token=listed.next_page_token))
    assert (len(rest.items), rest.next_page_token) == (1, "")
    assert office.ask("InboxService/ListItems", OUTSIDER).items == []
    read = office.ask("InboxService/MarkRead", item_ids=[rest.items[0].item_id]).items
    again = office.ask("InboxService/MarkRead", person("handler-9", "HANDLER", unit="water"), item_ids=[rest.items[0].item_id]).items
    assert (read[0].read_by, read, office.ask("InboxService/ListItems", unread=True).unread) == (HANDLER.id, again, 2)
    assert refusal(office, "InboxService/MarkRead", OUTSIDER, item_ids=[rest.items[0].item_id]).field == "item_ids"
    assert refusal(office, "InboxService/ListItems", person("nobody", "OPERATIONS", unit="")).code == "PERMISSION_DENIED"


def test_changes_are_followed_without_a_gap_and_a_wait_ends_when_one_comes(served_office: Office) -> None:
    office = served_office
    empty = office.ask("InboxService/ListChanges")
    assert (empty.items, bool(empty.next_page_token)) == ([], True)
    lay(office, 2)
    found = office.ask("InboxService/ListChanges", page=ticket_pb2.Page(token=empty.next_page_token))
    assert [item.change for item in found.items] == [1, 2]
    later = ticket_pb2.Page(token=found.next_page_token)
    assert office.ask("InboxService/ListChanges", page=later).next_page_token == found.next_page_token
    office.ask("InboxService/MarkRead", item_ids=[found.items[0].item_id])
    threading.Timer(0.5, lambda: lay(office, 1, first=9)).start()
    changes = [item.item_id for item in office.ask("InboxService/ListChanges", page=later).items]
    assert changes == [found.items[0].item_id]
    token = office.ask("InboxService/ListChanges", page=later).next_page_token
    begun = time.monotonic()
    waited = office.ask("InboxService/ListChanges", page=ticket_pb2.Page(token=token), wait={"seconds": 9})
    assert [item.notice for item in waited.items] == ["order_dispatched"]
    assert time.monotonic() - begun < 9
    assert refusal(office, "InboxService/ListChanges", HANDLER, wait={"seconds": 21}).field == "wait"


def test_those_who_wait_leave_threads_to_others(served_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WAITING", threading.BoundedSemaphore(1))
    assert reading.WAITING.acquire(blocking=False)
    begun = time.monotonic()
    assert served_office.ask("InboxService/ListChanges", wait={"seconds": 9}).items == []
    assert time.monotonic() - begun < 9


def test_messages_are_listed_for_the_hub_and_shown_with_their_attempts(served_office: Office) -> None:
    office = served_office
    office.form()
    lay(office, 1)
    assert [each.notice for each in office.ask("MessageService/ListMessages", SUPERVISOR).messages] == ["order_dispatched", "ticket_formed"]
    (formed,) = office.ask("MessageService/ListMessages", SUPERVISOR, ticket_id="t-1", state=1).messages
    assert (formed.channel, NUMBER in formed.text) == (SMS, True)
    assert len(office.ask("MessageService/ListMessages", SUPERVISOR, unit_id="water").messages) == 1
    assert office.ask("MessageService/GetMessage", SUPERVISOR, message_id=formed.message_id).message.attempts == []
    assert refusal(office, "MessageService/GetMessage", DISTRICT_ADMIN, message_id=formed.message_id).code == "NOT_FOUND"


def test_a_tenants_own_words_go_before_those_that_ship_and_keep_their_versions(served_office: Office) -> None:
    office = served_office
    said: dict[str, Any] = {"notice": "order_dispatched", "channel": INAPP, "text": "请办{number}"}
    published = office.ask("TemplateService/PublishTemplate", ADMIN, **said).template
    assert (published.version, published.published_by) == (1, ADMIN.id)
    assert refusal(office, "TemplateService/PublishTemplate", ADMIN, **said).code == "ABORTED"
    lay(office, 1)
    office.ask("TemplateService/PublishTemplate", ADMIN, **{**said, "text": "速办{number}", "version": 1})
    lay(office, 1, first=7)
    assert [row["text"] for row in office.rows("inbox_items")] == [f"请办{NUMBER}", f"速办{NUMBER}"]
    assert [row["template_version"] for row in office.rows("messages")] == [1, 2]
    listed = {each.notice: each.version for each in office.ask("TemplateService/ListTemplates", ADMIN).templates}
    assert (listed["order_dispatched"], listed["ticket_formed"]) == (2, 0)
    theirs = {each.notice: each.version for each in office.ask("TemplateService/ListTemplates", DISTRICT_ADMIN).templates}
    assert theirs["order_dispatched"] == 0


@pytest.mark.parametrize("field", ["text", "title", "place", "answer", "caller_name", "caller_phone"])
def test_words_that_would_tell_a_unit_who_complained_or_what_are_refused(served_office: Office, field: str) -> None:
    said: dict[str, Any] = {"notice": "order_dispatched", "channel": INAPP, "text": f"{{{field}}}"}
    refused = refusal(served_office, "TemplateService/PublishTemplate", ADMIN, **said)
    assert (refused.code, refused.field, refused.article) == ("INVALID_ARGUMENT", "text", "17")
    assert served_office.rows("templates") == []


def test_a_preview_shows_made_up_values_and_counts_parts(served_office: Office) -> None:
    shown = served_office.ask(
        "TemplateService/PreviewTemplate", ADMIN, notice="ticket_formed", channel=SMS, text="编号{number}" + "字" * 70
    )
    assert ("FZ25010600001" in shown.text, shown.parts) == (True, 2)
    wrong = refusal(served_office, "TemplateService/PreviewTemplate", ADMIN, notice="ticket_formed", channel=INAPP, text="{number}")
    assert wrong.field == "channel"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("url", {"url": "ftp://a.example/"}),
        ("url", {"url": "https://user:pass@a.example/"}),
        ("url", {"url": "https://"}),
        ("url", {"url": "https://[a/"}),
        ("key", {"key": "short"}),
        ("notices", {"notices": ["ticket_formed"]}),
        ("notice", {"notices": ["nothing"]}),
    ],
)
def test_what_cannot_be_told_to_a_system_is_refused(served_office: Office, field: str, changes: dict[str, Any]) -> None:
    good: dict[str, Any] = {"url": "https://a.example/n", "key": KEY, "notices": []}
    assert refusal(served_office, "WebhookService/SetWebhook", ADMIN, **{**good, **changes}).field == field
    assert served_office.rows("webhooks") == []


def test_a_webhook_changes_by_version_keeps_its_key_and_is_its_tenants(served_office: Office) -> None:
    office = served_office
    first = office.ask("WebhookService/SetWebhook", ADMIN, url="https://a.example/n", key=KEY).webhook
    sealed = office.rows("webhooks")[0]["sealed_key"]
    second: dict[str, Any] = {"webhook_id": first.webhook_id, "url": "https://b.example/n", "version": 1}
    assert office.ask("WebhookService/SetWebhook", ADMIN, **second).webhook.version == 2
    assert len(sealed) > len(KEY)
    assert refusal(office, "WebhookService/SetWebhook", ADMIN, **second).code == "ABORTED"
    for method, fields in (("SetWebhook", {**second, "version": 2}), ("RemoveWebhook", {"webhook_id": first.webhook_id})):
        assert refusal(office, f"WebhookService/{method}", DISTRICT_ADMIN, **fields).code == "NOT_FOUND"
    now = office.clock.now()
    office.tell(changed(now, "dispatch", [date(now, "zhangdian")], unit_id="zhangdian", handling_tenant_id=DISTRICT))
    assert [row["channel"] for row in office.rows("messages", DISTRICT)] == ["inapp"]
    details = [json.loads(row["detail"]) for row in office.rows("journal")]
    assert [each["host"] for each in details] == ["a.example", "b.example"]
    assert KEY not in office.everything()
