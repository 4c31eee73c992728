"""Every verb at its door: stale, without a version, on another tenant's order, by nobody's unit. A typed refusal, nothing written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import MethodDescriptor
from sqlalchemy import func, select

from chassis.declared import ROLE_NAMES, access_of
from chassis.grpc.server import service_descriptor
from services.dispatch.api import DOORS
from services.dispatch.lifecycle import Verb
from services.dispatch.rules.coordinating import CaseVerb
from services.dispatch.rules.templating import TemplateVerb
from tests.services.dispatch.city import City, Serve, person
from tests.services.refused import Refused

# Of systems alone, which see less.
SYSTEMS = {"ROLE_PROVINCIAL_PEER", "ROLE_CHANNEL"}
EVERY_ROLE = tuple(name.removeprefix("ROLE_") for name in ROLE_NAMES.values() if name not in SYSTEMS)
STRANGER = person("stranger", *EVERY_ROLE, unit="zhoucun-hub", tenant="zhoucun")
UNITS = {"unit_id": "water", "unit_ids": ["water"]}
EVERYBODY = person("everybody", *EVERY_ROLE)


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def verbs_of_orders() -> Iterator[tuple[str, MethodDescriptor]]:
    """Those of a coordination case name the case: test_coordinating holds them; those of no order test_templating."""
    fields = ((method, found, found.input_type.fields_by_name) for method, found in verbs())
    return ((method, found) for method, found, named in fields if "order_id" in named and "coordination_id" not in named)


def verbs() -> Iterator[tuple[str, MethodDescriptor]]:
    """Those of people: what another service asks in a caller's place, test_rating_by_link holds."""
    for door in DOORS:
        for method in service_descriptor(door.service).methods:
            if access_of(method).writes and not access_of(method).callers:
                yield f"{door.service.rsplit('.', 1)[-1]}/{method.name}", method


def rows(city: City) -> dict[str, int]:
    def count(name: str) -> int:
        with city.store.engine.connect() as connection:
            found: int = connection.execute(select(func.count()).select_from(city.store.tables[name])).scalar_one()
            return found

    return {name: count(name) for name in ("orders", "rounds", "clocks", "journal", "replies", "attempts", "requests")}


def test_every_verb_of_people_has_its_rpc_and_every_rpc_its_verb() -> None:
    spelt = {"".join(f"_{c.lower()}" if c.isupper() else c for c in method.name).strip("_") for _, method in verbs()}
    told_or_timed = {Verb.SUPPLEMENT, Verb.WITHDRAW, Verb.ESCALATE, Verb.REDATE, Verb.MOVE_PROVINCIAL_DATE, Verb.LAPSE}
    assert spelt == {verb.value for verb in Verb if verb not in told_or_timed} | set(CaseVerb) | set(TemplateVerb)


def test_every_verb_refuses_a_stale_version_none_and_another_tenants_order(city: City) -> None:
    order = city.handling()
    before = rows(city)
    for method, descriptor in verbs_of_orders():
        said = {name: value for name, value in UNITS.items() if name in descriptor.input_type.fields_by_name}
        for by, changes, code in (
            (EVERYBODY, {"version": order.version + 5}, "ABORTED"),
            (EVERYBODY, {"version": 0}, "INVALID_ARGUMENT"),
            (EVERYBODY, {"order_id": "no-such-order"}, "NOT_FOUND"),
            (STRANGER, {}, "NOT_FOUND"),
        ):
            if descriptor.name == "HandOn" and code == "ABORTED":
                continue  # its unit is looked for first, and a city's hub has none to hand on to
            with pytest.raises(Refused) as refused:
                city.do(method, order, by, **{**said, **changes})
            assert refused.value.code == code, (method, changes)
    assert rows(city) == before


def test_every_verb_is_refused_to_who_has_no_role_for_it(city: City) -> None:
    order = city.handling()
    nobody = person("assessor", "ASSESSOR")
    before = rows(city)
    for method, descriptor in verbs_of_orders():
        said = {name: value for name, value in UNITS.items() if name in descriptor.input_type.fields_by_name}
        with pytest.raises(Refused) as refused:
            city.do(method, order, nobody, **said)
        assert refused.value.code == "PERMISSION_DENIED", method
    assert rows(city) == before


def test_a_request_id_is_one_effect_and_the_same_answer(city: City) -> None:
    order = city.dispatched()
    handler = person("handler", "HANDLER", unit="water")
    first = city.do("AssignmentService/SignIn", order, handler, request_id="same")
    again = city.do("AssignmentService/SignIn", order, handler, request_id="same")
    assert first == again
    with pytest.raises(Refused) as reused:
        city.do("AssignmentService/SignIn", order, handler, request_id="same", version=order.version + 1)
    assert reused.value.code == "ALREADY_EXISTS"
    assert [each.verb for each in city.told(order)].count("sign_in") == 1
