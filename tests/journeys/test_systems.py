"""A unit's own system, by its key alone: it follows what its unit is told over a break, and handles an order by JSON (Art. 11)."""

from __future__ import annotations

import pytest

from hotline.directory.v1 import systems_pb2 as systems
from hotline.options.v1 import options_pb2 as options
from simulator.instance import answers
from tests.journeys.cities import CITY, City
from tests.journeys.instances import kill_nine, processes_of
from tests.journeys.matters import Matter
from tests.journeys.orders import Order
from tests.journeys.waiting import becomes
from tests.services.gateway.front import Front

pytestmark = pytest.mark.journey
HEATING = "heating"


class Following:
    """Keeps every item that came, and where to go on; nothing else."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._token = ""
        self.items: list[tuple[str, str]] = []

    def follow(self) -> list[tuple[str, str]]:
        """What came so far: order and notice, as often as it was told."""
        answer = self._front.do("notify/ListChanges", page={"size": 2, "token": self._token}, wait="1s").json
        self._token = answer["next_page_token"]
        self.items += [(item["order_id"], item["notice"]) for item in answer["items"]]
        return self.items

    def forget_the_past(self) -> None:
        """Go on from now: other stories were told to this unit too."""
        while self.follow():
            self.items.clear()


@pytest.mark.begins("2022-03-21 09:00")
def test_a_system_follows_and_handles_orders_over_a_break(city: City) -> None:
    front = Front(city.instance.page, key_of(city))
    following = Following(front)
    following.forget_the_past()
    orders = [dispatched(city) for _ in range(3)]
    becomes(following.follow, [(each.order_id, "order_dispatched") for each in orders])

    for process in processes_of(city.stores.folder, "services.gateway"):
        kill_nine(process)
    orders += [dispatched(city) for _ in range(3)]
    becomes(lambda: answers(city.instance.page), True)
    becomes(following.follow, [(each.order_id, "order_dispatched") for each in orders])
    assert following.follow() == [(each.order_id, "order_dispatched") for each in orders]

    order = orders[0]
    seen = front.do("dispatch/GetOrder", order_id=order.order_id).json["order"]
    signed_in = front.do("dispatch/SignIn", order_id=order.order_id, version=seen["version"]).json["order"]
    assert signed_in["state"] == "ORDER_STATE_HANDLING"
    late = front.do("dispatch/SignIn", order_id=order.order_id, version=seen["version"])
    assert (late.code, late.json["type"]) == (409, "/api/v1/problems#STALE")


def key_of(city: City) -> str:
    """The key of a system that a tenant's administrator adds for a unit."""
    request = systems.AddSystemRequest(unit_id=HEATING, name="供热公司工单系统", roles=[options.ROLE_HANDLER])
    admin = city.house.of_tenant(CITY, "ROLE_TENANT_ADMIN")
    return admin.ask("directory.v1.SystemService/AddSystem", request, systems.AddSystemResponse).key


def dispatched(city: City) -> Order:
    """An order that its unit has to sign in."""
    matter: Matter = city.call("暖气不热，室温不到十六度", category="01.05.01")
    matter.order.do("dispatch", city.hub.dispatcher, unit_id=HEATING)
    return matter.order
