"""A list, a claim and a tick cost what they show, whatever else there is, and read an index."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.caller import Caller
from services.notify.actions import calling, sending
from services.notify.lifecycle import Channel
from services.notify.providers import TO_LOG
from services.notify.store import messages
from tests.services.asked import plan, statements
from tests.services.notify.office import ADMIN, CITY, HANDLER, SUPERVISOR, Office, changed

KEY = "a-key-of-our-own-0123"
LISTS: list[tuple[str, Caller, dict[str, Any], int, str]] = [
    ("InboxService/ListItems", HANDLER, {}, 2, "ix_inbox_items_unit_id_at_item_id"),
    ("InboxService/ListItems", HANDLER, {"unread": True}, 2, "ix_inbox_items_unread"),
    ("InboxService/ListChanges", HANDLER, {}, 1, "ix_inbox_items_unit_id_change"),
    ("MessageService/ListMessages", SUPERVISOR, {}, 2, "ix_messages_tenant_id_asked_at_message_id"),
    ("MessageService/ListMessages", SUPERVISOR, {"ticket_id": "t-1"}, 1, "ix_messages_tenant_id_ticket_id"),
    ("MessageService/ListMessages", SUPERVISOR, {"unit_id": "water"}, 1, "ix_messages_tenant_id_unit_id"),
    ("MessageService/ListMessages", SUPERVISOR, {"state": 1}, 1, "ix_messages_tenant_id_state"),
    ("MessageService/ListMessages", SUPERVISOR, {"state": 4}, 2, "ix_messages_tenant_id_key"),
    ("TemplateService/ListTemplates", ADMIN, {}, 1, "sqlite_autoindex_templates"),
    ("WebhookService/ListWebhooks", ADMIN, {}, 1, "ix_webhooks_tenant_id_webhook_id"),
]


def fill(office: Office, first: int, count: int) -> None:
    for number in range(first, first + count):
        office.tell(changed(office.clock.now(), "dispatch", version=number))
        office.form(f"t-{number}")
        office.fail(f"failed-{number}")
        office.ask("WebhookService/SetWebhook", ADMIN, url=f"https://a.example/{number}", key=KEY, notices=["red_urged"])


def test_lists_cost_the_same_however_much_there_is_and_read_an_index(served_office: Office) -> None:
    office = served_office

    def costs() -> list[int]:
        found = []
        for method, by, fields, _, index in LISTS:
            office.ask(method, by, **fields)
            with statements(office.store) as asked:
                office.ask(method, by, **fields)
            found.append(len(asked))
            if office.store.is_sqlite:
                shown = [plan(office.store, each) for each in asked]
                assert any(index in each for each in shown), (method, shown)
                assert not any("SCAN" in each for each in shown), (method, shown)
        return found

    fill(office, 1, 2)
    few = costs()
    fill(office, 3, 10)
    assert costs() == few == [row[3] for row in LISTS]


def test_a_claim_and_an_idle_tick_read_an_index_and_cost_by_what_they_take(office: Office) -> None:
    office.form("t-0")
    # A provider's first message makes the row of its pace.
    claim_costs(office)
    office.form()
    found = claim_costs(office)
    for number in range(2, 8):
        office.form(f"t-{number}")
    # Two for the pace, and two more for each message that is begun: its attempt, and until when it is claimed.
    assert [found, claim_costs(office)] == [5 + 2, 5 + 2 * 6]
    with statements(office.store) as asked:
        assert office.store.read_across(lambda tx: messages.waiting(tx, Channel.SMS, 50)) == []
        assert sending.expire_messages(office.store) == calling.end_lost_calls(office.store) == 0
        assert office.store.read_across(lambda tx: messages.referred(tx, "log", "ref-1")) == ""
    assert len(asked) == 4
    if office.store.is_sqlite:
        indexes = ("ix_messages_queued", "ix_messages_expiring", "ix_messages_calling", "ix_attempts_reference")
        plans = [plan(office.store, each) for each in asked]
        assert all(index in each for index, each in zip(indexes, plans, strict=True)), plans


def claim_costs(office: Office) -> int:
    found = office.store.read_across(lambda tx: messages.waiting(tx, Channel.SMS, 50))
    with statements(office.store) as asked:
        begun = office.store.write(
            Caller.timer("notify", CITY), lambda tx: sending.begin(tx, [each for _, each in found], [TO_LOG], {"log": 50})
        )
    assert len(begun) == len(found) > 0
    return len(asked)


@pytest.mark.parametrize("verb", ["sign_in", "record_attempt", "close_satisfied"])
def test_what_concerns_nobody_outside_asks_the_store_nothing(office: Office, verb: str) -> None:
    with statements(office.store) as asked:
        office.tell(changed(office.clock.now(), verb))
    assert asked == []
