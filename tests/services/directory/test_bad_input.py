"""Bad input at every RPC: a typed error, and nothing written.

`EXAMPLES` has a well-formed request for each RPC; the walk spoils one field after the other, as the protos declare them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pool import Default

from chassis.caller import Caller
from chassis.checking import BOUNDS
from chassis.declared import access_of, field_of
from hotline.options.v1 import options_pb2
from services.directory.api import DOORS
from tests.services.directory.small_city import CITY, PASSWORD, SmallCity, message_types, refused

OTHER = "another-horse-9"
NOBODY = Caller("person", "nobody", CITY, "water", frozenset({"ROLE_OPERATIONS"}))
PEER = Caller.peer("intake", CITY)
# Their examples are well formed, and refused for what they find.
STATE_FORBIDS = {
    "Person.RemoveSecondFactor",
    "Session.ProveIdentity",
    "Session.LogInByProof",
    "Unit.CloseUnit",
    "Unit.MergeUnit",
    "Calendar.ImportNotice",
    "Calendar.DraftNotice",
    "Calendar.UnsetDay",
}
# Its id is chosen by who asks, and unknown for that.
CHOOSES_ITS_ID = "Tenant.AddTenant"


@dataclass(frozen=True)
class Known:
    """Ids of what is there already."""

    person_id: str
    contact_id: str
    system_id: str
    key_id: str
    key: str
    refresh_token: str
    revision: str


@pytest.fixture
def known(city: SmallCity) -> Known:
    person = {"unit_id": "water", "login": "zhang", "name": "张三", "roles": ["ROLE_HANDLER"], "password": PASSWORD}
    system = city.ask("System.AddSystem", unit_id="water", name="水务平台", roles=["ROLE_HANDLER"])
    contact = {"unit_id": "water", "purpose": "CONTACT_PURPOSE_LEAD", "name": "李四", "phone": "13805331234"}
    return Known(
        person_id=city.ask("Person.AddPerson", **person).person.person_id,  # type: ignore[arg-type]  # fields of the request
        contact_id=city.ask("Contact.AddContact", **contact).contact.contact_id,  # type: ignore[arg-type]  # fields of the request
        system_id=system.system.system_id,
        key_id=city.ask("System.ListSystemKeys", system_id=system.system.system_id).system_keys[0].key_id,
        key=system.key,
        refresh_token=city.log_in().tokens.refresh_token,
        revision=city.ask("Calendar.GetCalendar").revision.revision,
    )


def examples(known: Known) -> dict[str, dict[str, Any]]:
    """A well-formed request for every RPC."""
    unit = {"unit_id": "water", "reason": "机构改革", "version": 1}
    person = {"person_id": known.person_id, "version": 1}
    contact = {"purpose": "CONTACT_PURPOSE_LEAD", "name": "王五", "phone": "13905331234"}
    who = {"tenant_id": CITY, "login": "admin", "password": PASSWORD}
    day = {"date": "2025-01-06", "working": False, "reason": "全市停工"}
    page = {"page": {"size": 2, "token": ""}}
    return {
        "Tenant.GetTenant": {"tenant_id": CITY},
        "Tenant.ListTenants": {**page},
        "Tenant.AddTenant": {
            "tenant_id": "zichuan",
            "name": "淄川区",
            "unit_name": "淄川区人民政府",
            "duties": ["属地事项"],
            "hub_name": "淄川区热线工作机构",
            "login": "admin",
            "person_name": "王五",
            "password": PASSWORD,
            "reason": "区县接入",
        },
        "Tenant.SetPolicies": {"policies": {"cutoff": "17:30"}, "reason": "市政府办文", "version": 1},
        "Unit.AddUnit": {"name": "新局", "short_name": "新", "parent_id": "zibo-hub", "kind": 2, "duties": ["新事"], "reason": "新设"},
        "Unit.RenameUnit": {**unit, "name": "改名局", "short_name": "改"},
        "Unit.MoveUnit": {**unit, "parent_id": "roads"},
        "Unit.SetDuties": {**unit, "duties": ["河道"]},
        "Unit.BeginClosingUnit": {**unit},
        "Unit.KeepUnit": {**unit},
        "Unit.CloseUnit": {**unit},
        "Unit.MergeUnit": {**unit, "successor_id": "roads"},
        "Unit.GetUnit": {"unit_id": "water"},
        "Unit.ListUnits": {**page, "tenant_id": CITY, "parent_id": "zibo-hub", "kind": 2, "state": 1},
        "Unit.ListUnitHistory": {**page, "unit_id": "water"},
        "Contact.AddContact": {"unit_id": "water", **contact},
        "Contact.ChangeContact": {"contact_id": known.contact_id, "version": 1, **contact},
        "Contact.RemoveContact": {"contact_id": known.contact_id, "version": 1},
        "Contact.ListContacts": {**page, "unit_id": "water"},
        "Contact.RevealContact": {"contact_id": known.contact_id, "reason": "值守"},
        "Contact.ResolveUnitContact": {"unit_id": "water", "urgent": True, "purpose": "urgent_dispatched", "message_id": "message-1"},
        "Person.AddPerson": {"unit_id": "water", "login": "li", "name": "李四", "roles": ["ROLE_HANDLER"], "password": PASSWORD},
        "Person.RenamePerson": {**person, "name": "张三丰"},
        "Person.MovePerson": {**person, "unit_id": "roads"},
        "Person.SetRoles": {**person, "roles": ["ROLE_UNIT_LEAD"]},
        "Person.DeactivatePerson": {**person, "reason": "退休"},
        "Person.ReactivatePerson": {**person, "reason": "返聘"},
        "Person.ResetPassword": {"person_id": known.person_id, "password": OTHER, "reason": "忘记"},
        "Person.RemoveSecondFactor": {"person_id": known.person_id, "reason": "手机遗失"},
        "Person.GetPerson": {"person_id": known.person_id},
        "Person.ListPeople": {**page, "tenant_id": CITY, "unit_id": "water"},
        "Session.LogIn": {**who, "code": "123456"},
        "Session.LogInByKey": {"key": known.key},
        "Session.ProveIdentity": {"id_token": known.refresh_token, "nonce": "nonce"},
        "Session.LogInByProof": {"proof": known.refresh_token},
        "Session.RenewToken": {"refresh_token": known.refresh_token},
        "Session.LogOut": {"refresh_token": known.refresh_token},
        "Session.ChangePassword": {**who, "new_password": OTHER, "code": "123456"},
        "Session.BeginSecondFactor": {**who},
        "Session.ConfirmSecondFactor": {"enrolment": known.refresh_token, "code": "123456"},
        "Session.GetSigningKeys": {},
        "System.AddSystem": {"unit_id": "water", "name": "新平台", "roles": ["ROLE_HANDLER"]},
        "System.RotateSystemKey": {"system_id": known.system_id, "overlap_hours": 1},
        "System.RevokeSystemKey": {"key_id": known.key_id, "reason": "外泄"},
        "System.DeactivateSystem": {"system_id": known.system_id, "reason": "下线", "version": 1},
        "System.GetSystem": {"system_id": known.system_id},
        "System.ListSystems": {**page},
        "System.ListSystemKeys": {**page, "system_id": known.system_id},
        "Calendar.ImportNotice": {"year": 2027, "notice": "国办发明电〔2026〕9号", "days": [day], "version": 1},
        "Calendar.DraftNotice": {"year": 2027, "notice": "国办发明电〔2026〕9号", "days": [day]},
        "Calendar.SetDay": {"day": day, "version": 1},
        "Calendar.UnsetDay": {"date": "2025-01-06", "reason": "台风未至", "version": 1},
        "Calendar.GetCalendar": {"revision": known.revision},
        "Calendar.ListCalendarRevisions": {**page},
        "Journal.ListJournalEntries": {**page, "subject_id": "water"},
        "Reveal.ListReveals": {**page, "revealed_by": "admin", "subject": "water", "from_day": "2025-01-06", "until_day": "2025-01-07"},
        "Reveal.CountReveals": {"tenant_id": CITY, "from_day": "2025-01-06", "until_day": "2025-01-07"},
    }


def spoilt(descriptor: Any, fields: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The request with one field after the other made bad, and the path of the bad field."""
    for field in descriptor.fields:
        name, where = field.name, path + field.name
        if field.type == FieldDescriptor.TYPE_ENUM:
            yield where, {**fields, name: [99] if field.is_repeated else 99}
        elif field.message_type is not None and field.message_type.GetOptions().map_entry:
            yield f"{where}.cutoff", {**fields, name: {"cutoff": "17\x0030"}}
            yield where, {**fields, name: {"no such": "1"}}
        elif field.type == FieldDescriptor.TYPE_MESSAGE and name in fields:
            first = fields[name][0] if field.is_repeated else fields[name]
            begin = f"{where}[0]." if field.is_repeated else f"{where}."
            for inner, bad in spoilt(field.message_type, first, begin):
                yield inner, {**fields, name: [bad] if field.is_repeated else bad}
        elif field.type == FieldDescriptor.TYPE_STRING:
            for value in bad_values(field):
                yield (f"{where}[0]" if field.is_repeated else where), {**fields, name: [value] if field.is_repeated else value}


def bad_values(field: FieldDescriptor) -> Iterator[str]:
    """Empty where required, over-long, of control characters, of the wrong form."""
    declared = field_of(field)
    assert declared is not None, f"{field.full_name} declares nothing"
    if declared.required and not field.is_repeated:
        yield ""
        yield "  "
    yield "x" * ((declared.max or BOUNDS[declared.kind]) + 1)
    yield {options_pb2.KIND_ID: "no such", options_pb2.KIND_DATE: "01-06"}.get(declared.kind, "a\x00b")


def services() -> list[str]:
    return [door.service.rsplit(".", 1)[1].removesuffix("Service") for door in DOORS]


def access(method: str) -> options_pb2.Access:
    service, name = method.split(".")
    return access_of(Default().FindServiceByName(f"hotline.directory.v1.{service}Service").methods_by_name[name])


def allowed(city: SmallCity, method: str) -> Callable[..., Any]:
    """How whoever may asks it: a peer service, nobody in particular, or the city's administrator."""
    declared = access(method)
    if declared.callers:
        return partial(city.ask, method, Caller.peer(declared.callers[0], CITY))
    return partial(city.ask_unknown if declared.anonymous else city.ask, method)


def mine(service: str, known: Known) -> dict[str, dict[str, Any]]:
    return {method: fields for method, fields in examples(known).items() if method.startswith(f"{service}.")}


def test_every_rpc_has_an_example(city: SmallCity, known: Known) -> None:
    assert city
    methods = {
        f"{service}.{name}"
        for service in services()
        for name in Default().FindServiceByName(f"hotline.directory.v1.{service}Service").methods_by_name
    }
    assert methods == set(examples(known))


@pytest.mark.parametrize("service", services())
def test_a_spoilt_field_is_refused_by_its_name_and_nothing_is_written(city: SmallCity, known: Known, service: str) -> None:
    before = city.rows()
    tried = 0
    for method, good in mine(service, known).items():
        request, _ = message_types(method)
        for where, bad in spoilt(request.DESCRIPTOR, good):
            heard = refused(partial(allowed(city, method), **deepcopy(bad)))
            assert heard.code == "INVALID_ARGUMENT", (method, where, heard)
            assert heard.field in (where, where.removesuffix("[0]")), (method, where, heard)
            assert heard.message
            tried += 1
    assert tried > 4
    assert city.rows() == before


@pytest.mark.parametrize("service", services())
def test_who_may_not_is_refused_and_nothing_is_written(city: SmallCity, known: Known, service: str) -> None:
    before = city.rows()
    for method, good in mine(service, known).items():
        declared = access(method)
        if declared.anonymous:
            continue
        assert refused(lambda m=method, f=good: city.ask_unknown(m, **f)).code == "UNAUTHENTICATED", method  # type: ignore[misc]  # bound defaults
        assert refused(lambda m=method, f=good: city.ask(m, token="forged", **f)).code == "UNAUTHENTICATED", method  # type: ignore[misc]  # bound defaults
        if declared.roles:
            assert refused(lambda m=method, f=good: city.ask(m, NOBODY, **f)).code == "PERMISSION_DENIED", method  # type: ignore[misc]  # bound defaults
        assert refused(lambda m=method, f=good: city.ask(m, PEER, **f)).code == "PERMISSION_DENIED", method  # type: ignore[misc]  # bound defaults
    assert city.rows() == before


@pytest.mark.parametrize("service", services())
def test_anothers_ids_unknown_ids_and_old_versions_are_refused_and_nothing_is_written(city: SmallCity, known: Known, service: str) -> None:
    before = city.rows()
    for method, good in mine(service, known).items():
        if access(method).anonymous or access(method).callers or method == CHOOSES_ITS_ID:
            continue
        ids = [name for name in good if name.endswith("_id")]
        for name in ids:
            heard = refused(lambda m=method, f={**good, name: "no-such-id"}: city.ask(m, **f))  # type: ignore[misc]  # bound defaults
            assert heard.code == "NOT_FOUND", (method, name, heard)
        if ids:
            heard = refused(lambda m=method, f=good: city.ask(m, city.district_admin, **f))  # type: ignore[misc]  # bound defaults
            assert heard.code == "NOT_FOUND", (method, heard)
        if "version" in good:
            heard = refused(lambda m=method, f={**good, "version": 7}: city.ask(m, **f))  # type: ignore[misc]  # bound defaults
            assert heard.code == "ABORTED", (method, heard)
    assert city.rows() == before


@pytest.mark.parametrize("service", services())
def test_a_request_id_spent_on_another_request_is_refused(city: SmallCity, known: Known, service: str) -> None:
    for method, example in mine(service, known).items():
        changed = next((name for name in ("reason", "name", "new_password", "overlap_hours") if name in example), None)
        if not access(method).writes or changed is None or method in STATE_FORBIDS:
            continue
        ask = allowed(city, method)
        good = {**deepcopy(example), **present_version(city, example)}
        ask(request_id="spent", **good)
        before = city.rows()
        other = {**good, changed: 2 if changed == "overlap_hours" else "another-thing-1"}
        heard = refused(partial(ask, request_id="spent", **other))
        assert heard.code == "ALREADY_EXISTS", (method, heard)
        assert city.rows() == before


def present_version(city: SmallCity, example: dict[str, Any]) -> dict[str, int]:
    """The version that an edit must name by now."""
    if "version" not in example or not {"unit_id", "person_id"} & set(example):
        return {}
    if "person_id" in example:
        return {"version": city.ask("Person.GetPerson", person_id=example["person_id"]).person.version}
    return {"version": city.unit(example["unit_id"]).version}
