"""A district's own system is told by webhook: it fails, dies and comes back, and has in the end what its units' inboxes have (Art. 11)."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline.notify.v1 import inbox_pb2 as inbox
from hotline.notify.v1 import webhooks_pb2 as webhooks
from simulator.people import Person
from tests.journeys.cities import City
from tests.journeys.orders import WHOLE, Order
from tests.journeys.waiting import becomes
from tests.servers.webhooks import DIES, FAILED, FAILS, FORGED, KEPT, KNOWN, TAKES, WebhookSystem

pytestmark = pytest.mark.journey
DISTRICT, DESK, TOWN = "zhangdian", "zhangdian-hub", "town-370303001"
SERVICE = "notify.v1.WebhookService"
Told = list[tuple[str, str]]
"""Of one order in one unit: notices with their words, in the order in which they were told."""


# Whoever dies before it answers may have taken it: it is left alone for a minute.
@pytest.mark.parametrize(
    "dies",
    [
        pytest.param("at rest", marks=pytest.mark.begins("2024-03-18 09:00")),
        pytest.param("before it answers", marks=[pytest.mark.begins("2024-03-18 10:00"), pytest.mark.proof]),
    ],
)
def test_a_districts_system_has_each_thing_once_over_failures_and_kills(city: City, tmp_path: Path, dies: str) -> None:
    desk, town = city.hub_of(DISTRICT).dispatcher, city.unit(TOWN)
    with told_to(city, tmp_path / "system") as system:
        forge(system)
        first, second, third = (city.call(f"演示{road}路井盖破损，请尽快更换").order for road in "甲乙丙")
        dispatched(city, first)
        becomes(lambda: notices(system, first), ["order_dispatched"])

        system.does(FAILS)
        dispatched(city, second)
        inner = handed_on(city, first)
        becomes(lambda: len(set(system.heard(FAILED))), 2)
        assert notices(system, second, inner) == []
        system.does(TAKES)
        becomes(lambda: notices(system, second, inner), ["order_dispatched"] * 2)

        system.does(TAKES if dies == "at rest" else DIES)
        dispatched(city, third)
        becomes(lambda: notices(system, third), ["order_dispatched"])
        ends(system, city, dies)
        inner.do("request_return", town, suggested_unit_id=DESK)
        inner.do("refuse_return", desk)
        others = [handed_on(city, each) for each in (second, third)]
        becomes(lambda: tried_in_vain(city), 3 if dies == "at rest" else 4)
        system.does(TAKES)
        system.start()
        becomes(lambda: waiting(city), set())

        again = [] if dies == "at rest" else [each["message_id"] for each in system.kept() if each["order_id"] == third.order_id]
        assert system.heard(KNOWN) == again
        assert len(set(system.heard(KEPT))) == len(system.heard(KEPT))
        expected = {DESK: [["order_dispatched"]] * 3, TOWN: [["order_dispatched", "return_refused"], *([["order_dispatched"]] * 2)]}
        for unit_id, by, orders in ((DESK, desk, [first, second, third]), (TOWN, town, [inner, *others])):
            laid = [in_inbox(by, order) for order in orders]
            assert [[notice for notice, _ in each] for each in laid] == expected[unit_id]
            assert [in_system(system, unit_id, order) for order in orders] == laid


@contextmanager
def told_to(city: City, folder: Path) -> Iterator[WebhookSystem]:
    """A system that runs and is told all that the district's units are."""
    admin, system = city.hub_of(DISTRICT).tenant_admin, WebhookSystem(folder)
    try:
        system.start()
        asked = webhooks.SetWebhookRequest(url=system.url, key=system.key)
        webhook = admin.ask(f"{SERVICE}/SetWebhook", asked, webhooks.SetWebhookResponse).webhook
        yield system
        gone = webhooks.RemoveWebhookRequest(webhook_id=webhook.webhook_id)
        admin.ask(f"{SERVICE}/RemoveWebhook", gone, webhooks.RemoveWebhookResponse)
    finally:
        system.kill()


def forge(system: WebhookSystem) -> None:
    """Who does not know the key is heard by nobody."""
    headers = {"Notify-Message": "forged", "Notify-At": "1", "Notify-Signature": "sha256=00"}
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(urllib.request.Request(system.url, b"{}", headers), timeout=60)
    assert (system.heard(FORGED), system.kept()) == (["forged"], [])


def dispatched(city: City, order: Order) -> None:
    """To the district."""
    order.do("dispatch", city.hub.dispatcher, unit_id=DISTRICT)


def handed_on(city: City, order: Order) -> Order:
    """To its town: the inner order."""
    return Order(city, order.do("hand_on", city.hub_of(DISTRICT).dispatcher, unit_id=TOWN).inner.order_id)


def notices(system: WebhookSystem, *orders: Order) -> list[str]:
    """What it kept of orders."""
    ids = {each.order_id for each in orders}
    return [each["notice"] for each in system.kept() if each["order_id"] in ids]


def in_system(system: WebhookSystem, unit_id: str, order: Order) -> Told:
    """As the system has it."""
    mine = [each for each in system.kept() if (each["unit_id"], each["order_id"]) == (unit_id, order.order_id)]
    return [(each["notice"], each["text"]) for each in sorted(mine, key=lambda each: str(each["asked_at"]))]


def in_inbox(by: Person, order: Order) -> Told:
    """As the unit's inbox has it."""
    found: Told = []
    asked = inbox.ListChangesRequest(page=WHOLE)
    while (answer := by.ask("notify.v1.InboxService/ListChanges", asked, inbox.ListChangesResponse)).items:
        found += [(item.notice, item.text) for item in answer.items if item.order_id == order.order_id]
        asked.page.token = answer.next_page_token
    return found


def ends(system: WebhookSystem, city: City, dies: str) -> None:
    """It is killed once it has answered, or has killed itself once it had kept what came."""
    if dies == "at rest":
        becomes(lambda: waiting(city), set())
        system.kill()
    becomes(system.is_dead, True)


def waiting(city: City) -> set[str]:
    """The ids of what the system is still to be told."""
    rows = city.stores.rows("notify", "messages")
    return {row["message_id"] for row in rows if (row["channel"], row["state"]) == ("webhook", "queued")}


def tried_in_vain(city: City) -> int:
    """How much of it was tried, and the attempt is over."""
    return len(waiting(city) & {row["message_id"] for row in city.stores.rows("notify", "attempts") if row["outcome"]})
