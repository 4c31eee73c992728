"""A third party's call goes from its desk through assessment to notify and back; who called is known to none of them (Art. 17, 20)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from hotline.assessment.v1 import samples_pb2 as pb
from hotline.directory.v1 import systems_pb2 as systems
from hotline.options.v1.options_pb2 import ROLE_THIRD_PARTY
from simulator.people import Person
from tests.journeys.cities import City
from tests.journeys.orders import WHOLE
from tests.journeys.test_notifying import sent
from tests.journeys.waiting import becomes

pytestmark = pytest.mark.journey
WATER = "water-supply"
MONTH, SEED = "2022-05", "a seed that nobody at the hotline knows"
SAMPLES, SURVEYS = "assessment.v1.SampleService", "assessment.v1.SurveyService"


def third_party(city: City) -> Person:
    """A system of its own, by the key it was given."""
    asked = systems.AddSystemRequest(unit_id="zibo-hub", name="第三方抽测", roles=[ROLE_THIRD_PARTY])
    added = city.hub.tenant_admin.ask("directory.v1.SystemService/AddSystem", asked, systems.AddSystemResponse)
    return Person(city.house, {"tenant_id": "zibo", "unit_id": "zibo-hub", "key": added.key, "roles": ["ROLE_THIRD_PARTY"]})


def listed(by: Person) -> list[Any]:
    """What it has to ask."""
    asked = pb.ListSampleItemsRequest(month=MONTH, page=WHOLE)
    return list(by.ask(f"{SURVEYS}/ListSampleItems", asked, pb.ListSampleItemsResponse).items)


@pytest.mark.begins("2022-05-09 09:00")
def test_a_sampled_caller_is_called_by_notify_alone(city: City) -> None:
    hub, handler, assessor = city.hub, city.unit(WATER), city.hub.assessor
    seed_hash = hashlib.sha256(SEED.encode()).hexdigest()
    committed = pb.CommitSeedRequest(month=MONTH, seed_hash=seed_hash, percent=100, minimum=1)
    assessor.ask(f"{SAMPLES}/CommitSeed", committed, pb.CommitSeedResponse)
    matter = city.call("小区停水两天无人处理", category="01.05.02")
    matter.order.do("dispatch", hub.dispatcher, unit_id=WATER)
    matter.order.do("sign_in", handler)
    matter.order.do("reply", handler)
    matter.is_settled()

    city.clock("2022-06-01 10:00")
    drawn = pb.DrawSampleRequest(month=MONTH, seed=SEED)
    assessor.ask(f"{SAMPLES}/DrawSample", drawn, pb.DrawSampleResponse)
    third = third_party(city)
    [item] = [each for each in listed(third) if each.number == matter.number]
    assert matter.caller.phone not in str(item)
    third.ask(f"{SURVEYS}/CallSampled", pb.CallSampledRequest(item_id=item.item_id), pb.CallSampledResponse)
    # Nobody calls here: notify says so, and the third party may try again.
    becomes(lambda: sent(city, matter, "VOICE"), [("sample_call", "FAILED")])
    becomes(lambda: [each.call_under_way for each in listed(third) if each.item_id == item.item_id], [False])
    assert matter.caller.phone not in json.dumps(city.stores.rows("assessment", "outbox"), default=str)
