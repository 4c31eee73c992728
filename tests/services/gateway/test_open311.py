"""Open311 GeoReport v2 as its standard has it, and through a client that others wrote; Art. 17 stands above it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import georeport
import pytest

from chassis.caller import Caller
from tests.services.gateway.conftest import Fronted
from tests.services.gateway.front import Answer, Front

BY_APP = Caller("system", "city-app", "zibo", "zibo-hub", frozenset({"ROLE_CHANNEL"}))
WATER = "01.01.01"
SAID = {
    "service_code": WATER, "address_string": "柳泉路100号", "description": "停水两天，请打13805331234",
    "first_name": "三", "last_name": "张", "phone": "13805331234", "lat": "36.81", "long": "118.05",
}  # fmt: skip


def parsed(body: bytes) -> ET.Element:
    return ET.fromstring(body)  # noqa: S314 - our own answer


def opened(fronted: Fronted) -> Front:
    return fronted("intake", "directory", by=BY_APP)


def post(front: Front, form: str = "json", **changes: str) -> Answer:
    body = urlencode({"api_key": front.bearer, **SAID, **changes}).encode()
    return replace(front, bearer="").send("POST", f"/open311/v2/requests.{form}", body)


def get(front: Front, path: str, **query: str) -> Answer:
    return front.send("GET", f"/open311/v2/{path}?{urlencode(query)}")


def test_discovery_and_services_need_no_key(fronted: Fronted) -> None:
    front = replace(opened(fronted), bearer="")
    found = get(front, "discovery.json").json["endpoints"][0]
    assert (found["url"], found["formats"]) == (f"{front.url}/open311/v2", ["application/json", "text/xml"])
    top = parsed(get(front, "discovery.xml").body)
    assert [each.text for each in top.iter("format")] == ["application/json", "text/xml"]
    services = {each["service_code"]: each for each in get(front, "services.json").json}
    assert services[WATER]["type"] == "realtime"
    assert all(code.count(".") == 2 for code in services)
    listed = parsed(get(front, "services.xml", jurisdiction_id="zibo").body)
    assert (listed.tag, len(listed)) == ("services", len(services))
    assert {child.tag for child in listed[0]} == set(services[WATER])
    assert get(front, f"services/{WATER}.json").json == {"service_code": WATER, "attributes": []}
    assert parsed(get(front, f"services/{WATER}.xml").body).tag == "service_definition"
    assert get(front, "services.json", jurisdiction_id="nowhere").code == 404
    assert get(front, "services/99.99.99.json").json[0]["code"] == 404


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_posted_request_is_a_ticket_that_its_system_follows(fronted: Fronted, form: str) -> None:
    front = opened(fronted)
    posted = post(front, form)
    assert posted.code == 200, posted.text
    number = posted.json[0]["service_request_id"] if form == "json" else parsed(posted.body).findtext("request/service_request_id")
    one = get(front, f"requests/{number}.json").json[0]
    assert (one["status"], one["service_code"], one["service_request_id"]) == ("open", WATER, number)
    assert "13805331234" not in str(one)
    assert one["requested_datetime"].endswith("Z")
    listed = parsed(get(front, "requests.xml", start_date="2025-01-01T00:00:00Z", end_date="2025-01-31T00:00:00+08:00").body)
    assert (listed.tag, [each.findtext("service_request_id") for each in listed.iter("request")]) == ("service_requests", [number])
    assert {child.tag for child in listed[0]} == set(one)


def test_a_list_is_narrowed_as_the_standard_says(fronted: Fronted) -> None:
    front = opened(fronted)
    first, second = (post(front, service_code=code).json[0]["service_request_id"] for code in (WATER, "01.02.01"))
    span = {"start_date": "2025-01-01T00:00:00Z", "end_date": "2025-01-31T00:00:00Z"}

    def ids(**query: str) -> list[str]:
        return [each["service_request_id"] for each in get(front, "requests.json", **query).json]

    assert ids(**span) == [second, first]
    assert ids(**span, service_code=WATER) == [first]
    assert ids(**span, service_code=f"{WATER},01.02.01", status="open,closed") == [second, first]
    assert ids(**span, status="closed") == []
    assert ids(service_request_id=f"{first},{second}") == [first, second]
    assert ids(start_date="2024-12-01T00:00:00Z", end_date="2024-12-31T00:00:00Z") == []
    for wrong in (
        {"status": "done"},
        {"start_date": "2025-01-01"},
        {"start_date": "2024-01-01T00:00:00Z", "end_date": "2025-01-01T00:00:00Z"},
    ):
        assert get(front, "requests.json", **wrong).code == 400, wrong


def test_what_is_refused_is_said_as_the_standard_says_it(fronted: Fronted) -> None:
    front = opened(fronted)
    for changes, code in (
        ({"description": ""}, 400),
        ({"service_code": ""}, 400),
        ({"service_code": "99.99.99"}, 404),
        ({"address_string": "", "lat": "", "long": ""}, 400),
        ({"lat": "north"}, 400),
        ({"phone": "打给我"}, 400),
        ({"api_key": ""}, 403),
        ({"api_key": "key:zibo:guessed"}, 403),
        ({"jurisdiction_id": "nowhere"}, 404),
    ):
        refused = post(front, **changes)
        assert (refused.code, refused.json[0]["code"]) == (code, code), changes
        assert any("\u4e00" <= letter <= "\u9fff" for letter in refused.json[0]["description"])
    errors = parsed(post(front, "xml", description="").body)
    assert (errors.tag, errors.findtext("error/code")) == ("errors", "400")
    number = post(front).json[0]["service_request_id"]
    assert get(replace(front, bearer=""), f"requests/{number}.json").code == 403
    assert get(replace(front, bearer=""), "requests.json").code == 403
    other = replace(BY_APP, id="another-app")
    assert get(front.by(other), f"requests/{number}.json").code == 404
    assert get(front, "tokens/1.json").code == 404
    assert get(front, "requests.pdf").code == 404


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_client_of_others_finds_what_it_expects(fronted: Fronted, form: str) -> None:
    front = opened(fronted)
    number = post(front).json[0]["service_request_id"]
    post(front)
    address = front.url.replace("http://", f"http://key:{quote(front.bearer, safe='')}@")
    client = georeport.GeoReport(f"{address}/open311/v2", jurisdiction="zibo", output_format=form)
    assert WATER in {each["service_code"] for each in client.get_service_list()}
    assert client.get_service_definition(WATER)["service_code"] == WATER
    assert client.get_service_request(number)["status"] == "open"
    found = client.get_service_requests(start_date="2025-01-01T00:00:00Z", end_date="2025-01-31T00:00:00Z")
    assert len(found) == 2
