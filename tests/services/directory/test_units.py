"""Units through the door: the tree, the past, closing and merging with dispatch's orders in mind."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.store import Tx
from hotline.directory.v1 import events_pb2, units_pb2
from hotline.dispatch.v1 import events_pb2 as dispatch_pb2
from services.directory.worker import DirectoryWorker
from tests.services.directory.small_city import CITY, DISTRICT, SmallCity, refused

DEPARTMENT = events_pb2.UNIT_KIND_DEPARTMENT
OPEN, CLOSING, CLOSED = events_pb2.UNIT_STATE_OPEN, events_pb2.UNIT_STATE_CLOSING, events_pb2.UNIT_STATE_CLOSED
HANDLING, ENDED = dispatch_pb2.ORDER_STATE_HANDLING, dispatch_pb2.ORDER_STATE_CLOSED


def tell_order(city: SmallCity, order_id: str, unit_id: str, state: int, version: int, tenant: str = CITY) -> None:
    """What the worker does with dispatch's event."""
    order = dispatch_pb2.OrderSnapshot(order_id=order_id, tenant_id=tenant, unit_id=unit_id, state=state, version=version)  # type: ignore[arg-type]  # an enum's number

    def hear(tx: Tx) -> None:
        DirectoryWorker().order_changed([dispatch_pb2.OrderChanged(order=order)], tx)

    city.store.write(Caller.peer("dispatch", CITY), hear)


def add(city: SmallCity, name: str, parent: str = "zibo-hub", **more: object) -> units_pb2.Unit:
    fields: dict[str, Any] = {"name": name, "parent_id": parent, "kind": DEPARTMENT, "reason": "机构改革", **more}
    unit: units_pb2.Unit = city.ask("Unit.AddUnit", **fields).unit
    return unit


def test_add_unit_is_told_journalled_and_found(city: SmallCity) -> None:
    unit = add(city, "市园林局", duties=["公园", "行道树"])
    assert (unit.tenant_id, unit.short_name, unit.state, unit.version) == (CITY, "市园林局", OPEN, 1)
    assert city.unit(unit.unit_id) == unit
    assert city.told("UnitChanged")[-1]["duties"] == ["公园", "行道树"]
    (entry,) = city.journal(unit.unit_id)
    assert (entry["verb"], entry["by_id"], entry["article"]) == ("add_unit", city.admin.id, "4")
    with_reader = city.ask("Unit.ListUnits", city.dispatcher, parent_id="zibo-hub", kind=DEPARTMENT)
    assert {each.unit_id for each in with_reader.units} == {"water", "roads", unit.unit_id}


def test_two_open_units_never_bear_one_name_but_a_closed_ones_is_free(city: SmallCity) -> None:
    heard = refused(lambda: add(city, "water单位"))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", "name")
    assert refused(lambda: city.edit("RenameUnit", "roads", name="water单位")).field == "name"
    city.edit("BeginClosingUnit", "water")
    city.edit("CloseUnit", "water")
    assert add(city, "water单位").unit_id != "water"


def test_rename_unit_keeps_the_old_name_in_its_past(city: SmallCity) -> None:
    city.edit("RenameUnit", "water", name="市水务和河湖局", short_name="市水务局", reason="机构改革方案第三条")
    past = city.ask("Unit.ListUnitHistory", city.dispatcher, unit_id="water").past
    assert [(page.verb, page.unit.name, page.unit.version) for page in past] == [
        ("rename_unit", "市水务和河湖局", 2),
        ("add_unit", "water单位", 1),
    ]
    assert (past[0].by, past[0].reason) == (city.admin.id, "机构改革方案第三条")


def test_an_edit_of_an_old_version_is_told_what_changed(city: SmallCity) -> None:
    city.edit("RenameUnit", "water", name="甲局")
    city.edit("SetDuties", "water", duties=["河道"])
    heard = refused(lambda: city.edit("RenameUnit", "water", name="乙局", version=1))
    assert heard.code == "ABORTED"
    assert "改名、调整职责" in heard.message


def test_move_unit_refuses_a_circle_through_the_tree(city: SmallCity) -> None:
    office = add(city, "河道科", "water")
    desk = add(city, "河道窗口", office.unit_id)
    assert refused(lambda: city.edit("MoveUnit", "water", parent_id=desk.unit_id)).field == "parent_id"
    city.edit("MoveUnit", office.unit_id, parent_id="roads")
    assert city.unit(office.unit_id).parent_id == "roads"


def test_close_unit_waits_until_its_orders_went_elsewhere(city: SmallCity) -> None:
    tell_order(city, "o1", "water", HANDLING, 1)
    tell_order(city, "o2", "water", HANDLING, 1)
    assert refused(lambda: city.edit("CloseUnit", "water")).code == "FAILED_PRECONDITION"
    begun = city.edit("BeginClosingUnit", "water")
    assert (begun.unit.state, begun.open_orders) == (CLOSING, 2)
    assert city.told("UnitChanged")[-1]["state"] == "UNIT_STATE_CLOSING"
    heard = refused(lambda: city.edit("CloseUnit", "water"))
    assert (heard.code, heard.article) == ("FAILED_PRECONDITION", "8-2")
    assert "2件" in heard.message
    tell_order(city, "o1", "roads", HANDLING, 2)
    tell_order(city, "o2", "water", ENDED, 2)
    assert city.edit("CloseUnit", "water").unit.state == CLOSED
    assert city.ask("Unit.GetUnit", unit_id="roads").open_orders == 1


def test_an_older_snapshot_of_an_order_changes_no_count(city: SmallCity) -> None:
    tell_order(city, "o1", "water", ENDED, 7)
    tell_order(city, "o1", "water", HANDLING, 3)
    assert city.ask("Unit.GetUnit", unit_id="water").open_orders == 0


def test_an_order_that_waits_for_dispatch_is_at_no_unit(city: SmallCity) -> None:
    tell_order(city, "o1", "water", dispatch_pb2.ORDER_STATE_PENDING, 1)
    assert city.ask("Unit.GetUnit", unit_id="water").open_orders == 0


def test_an_order_that_reaches_a_closed_unit_reopens_the_closing(city: SmallCity) -> None:
    city.edit("BeginClosingUnit", "water")
    city.edit("CloseUnit", "water")
    tell_order(city, "late", "water", HANDLING, 1)
    assert city.unit("water").state == CLOSING
    assert city.told("UnitChanged")[-1]["state"] == "UNIT_STATE_CLOSING"
    tell_order(city, "late", "roads", HANDLING, 2)
    assert city.edit("CloseUnit", "water").unit.state == CLOSED
    verbs = [entry["verb"] for entry in city.journal("water")]
    assert verbs == ["add_unit", "begin_closing_unit", "close_unit", "resume_closing_unit", "close_unit"]


def test_a_districts_inner_order_counts_at_its_town(city: SmallCity) -> None:
    tell_order(city, "inner", "town-1", HANDLING, 1, DISTRICT)
    assert city.ask("Unit.GetUnit", city.district_admin, unit_id="town-1").open_orders == 1
    city.edit("BeginClosingUnit", "town-1", city.district_admin)
    assert refused(lambda: city.edit("CloseUnit", "town-1", city.district_admin)).article == "8-2"


def test_close_unit_waits_for_units_below_and_people(city: SmallCity) -> None:
    office = add(city, "河道科", "water")
    roles = ["ROLE_HANDLER"]
    zhang = city.ask("Person.AddPerson", unit_id="water", login="zhang", name="张三", roles=roles, password="correct-horse-7").person
    city.edit("BeginClosingUnit", "water")
    assert "1个下级单位" in refused(lambda: city.edit("CloseUnit", "water")).message
    city.edit("MoveUnit", office.unit_id, parent_id="roads")
    assert "1名在用人员" in refused(lambda: city.edit("CloseUnit", "water")).message
    city.ask("Person.MovePerson", person_id=zhang.person_id, unit_id="roads", version=1)
    assert city.edit("CloseUnit", "water").unit.state == CLOSED


def test_keep_unit_takes_a_closing_back(city: SmallCity) -> None:
    city.edit("BeginClosingUnit", "water")
    assert refused(lambda: add(city, "河道科", "water")).article == "4"
    assert city.edit("KeepUnit", "water").unit.state == OPEN
    assert add(city, "河道科", "water")


def test_merge_unit_hands_everything_to_its_successor(city: SmallCity) -> None:
    office = add(city, "河道科", "water")
    city.edit("SetDuties", "water", duties=["河道", "供水"])
    person: dict[str, Any] = {"login": "zhang", "name": "张三", "roles": ["ROLE_HANDLER"], "password": "correct-horse-7"}
    zhang = city.ask("Person.AddPerson", unit_id="water", **person).person
    city.ask("System.AddSystem", unit_id="water", name="水务平台", roles=["ROLE_HANDLER"])
    city.ask("Contact.AddContact", unit_id="water", purpose="CONTACT_PURPOSE_URGENT", name="李四", phone="0533-2345678")
    city.edit("BeginClosingUnit", "water")
    tell_order(city, "o1", "water", HANDLING, 1)
    assert refused(lambda: city.edit("MergeUnit", "water", successor_id="roads")).article == "8-2"
    tell_order(city, "o1", "roads", HANDLING, 2)
    merged = city.edit("MergeUnit", "water", successor_id="roads")
    assert (merged.unit.state, merged.unit.successor_id) == (CLOSED, "roads")
    assert list(merged.successor.duties) == ["供水", "排水", "管网", "河道"]
    assert city.unit(office.unit_id).parent_id == "roads"
    assert city.ask("Person.GetPerson", person_id=zhang.person_id).person.unit_id == "roads"
    assert city.ask("System.ListSystems").systems[0].unit_id == "roads"
    assert len(city.ask("Contact.ListContacts", unit_id="roads").contacts) == 1
    assert city.told("PersonChanged")[-1]["unitId"] == "roads"
    assert {told["unitId"]: told.get("successorId", "") for told in city.told("UnitChanged")[-3:]} == {
        office.unit_id: "",
        "roads": "",
        "water": "roads",
    }
    assert city.ask("Unit.ListUnitHistory", unit_id="water").past[0].verb == "merge_unit"


def test_the_city_reads_a_districts_units_and_changes_none(city: SmallCity) -> None:
    assert city.unit("town-1").tenant_id == DISTRICT
    assert len(city.ask("Unit.ListUnits", tenant_id=DISTRICT).units) == 2
    for verb, fields in (("RenameUnit", {"name": "新名"}), ("SetDuties", {}), ("BeginClosingUnit", {})):
        assert refused(partial(city.edit, verb, "town-1", **fields)).code == "PERMISSION_DENIED"  # type: ignore[arg-type]  # fields of the request
    assert refused(lambda: add(city, "新镇", "zhangdian-hub")).code == "PERMISSION_DENIED"
    assert city.unit("town-1").version == 1


def test_a_district_sees_its_own_unit_of_the_city_and_changes_it_not(city: SmallCity) -> None:
    assert city.unit("zhangdian", city.district_admin).handling_tenant_id == DISTRICT
    assert refused(lambda: city.edit("RenameUnit", "zhangdian", city.district_admin, name="我区")).code == "PERMISSION_DENIED"
    assert refused(lambda: city.unit("water", city.district_admin)).code == "NOT_FOUND"
    assert refused(lambda: city.ask("Unit.ListUnits", city.district_admin, tenant_id=CITY)).code == "NOT_FOUND"
    assert [unit.unit_id for unit in city.ask("Unit.ListUnits", city.district_admin).units] == ["town-1", "zhangdian-hub"]


@pytest.mark.parametrize("verb", ["MoveUnit", "BeginClosingUnit"])
def test_hub_and_districts_stay(city: SmallCity, verb: str) -> None:
    fields: dict[str, Any] = {"parent_id": "roads"} if verb == "MoveUnit" else {}
    for unit_id in ("zibo-hub", "zhangdian"):
        assert refused(partial(city.edit, verb, unit_id, **fields)).article == "5"
