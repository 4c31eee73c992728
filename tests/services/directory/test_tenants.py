"""A new district: what comes with it, who may log in to it, and what is refused; the tenant's own settings stand in test_calendars."""

from __future__ import annotations

from typing import Any

import pytest

from chassis import journal
from chassis.caller import Caller
from hotline.directory.v1 import events_pb2 as pb
from tests.services.directory.small_city import CITY, PASSWORD, SmallCity, refused
from tests.services.directory.test_calendars import PROVISIONAL, notice

ZICHUAN: dict[str, Any] = {
    "tenant_id": "zichuan",
    "name": "淄川区",
    "unit_name": "淄川区人民政府",
    "duties": ["属地镇街事务"],
    "hub_name": "淄川区政务服务便民热线工作机构",
    "login": "Admin",
    "person_name": "王五",
    "password": PASSWORD,
    "reason": "区县接入",
}
OWN = "another-horse-9"


def admin_of(added: Any) -> Caller:
    return Caller("person", added.administrator.person_id, "zichuan", added.hub.unit_id, frozenset({"ROLE_TENANT_ADMIN"}))


def test_add_tenant_makes_a_district_that_its_administrator_can_run(city: SmallCity) -> None:
    added = city.ask("Tenant.AddTenant", request_id="zichuan", **ZICHUAN)
    assert city.ask("Tenant.AddTenant", request_id="zichuan", **ZICHUAN) == added
    assert (added.tenant.parent_tenant_id, added.unit.tenant_id, added.unit.handling_tenant_id) == (CITY, CITY, "zichuan")
    assert (added.unit.parent_id, added.unit.kind, list(added.unit.duties)) == ("zibo-hub", pb.UNIT_KIND_DISTRICT, ["属地镇街事务"])
    assert (added.hub.unit_id, added.hub.tenant_id, added.hub.parent_id) == ("zichuan-hub", "zichuan", "zichuan")
    assert city.told("TenantChanged")[-1]["tenantId"] == "zichuan"
    assert [told["unitId"] for told in city.told("UnitChanged")][-2:] == ["zichuan", "zichuan-hub"]
    assert city.told("PersonChanged")[-1]["roles"] == ["ROLE_TENANT_ADMIN"]
    assert city.told("CalendarRevised")[-1]["tenantId"] == "zichuan"

    heard = refused(lambda: city.log_in("admin", PASSWORD, "zichuan"))
    assert (heard.code, heard.article) == ("FAILED_PRECONDITION", "17")
    city.ask_unknown("Session.ChangePassword", tenant_id="zichuan", login="admin", password=PASSWORD, new_password=OWN)
    token = city.log_in("admin", OWN, "zichuan").tokens.access_token
    unit: dict[str, Any] = {"name": "淄川区住建局", "parent_id": "zichuan-hub", "kind": pb.UNIT_KIND_DEPARTMENT, "reason": "区县接入"}
    assert city.ask("Unit.AddUnit", token=token, **unit).unit.tenant_id == "zichuan"
    assert not journal.verify(city.store)


def test_add_tenant_lets_the_city_read_the_district_from_its_next_token_on(city: SmallCity) -> None:
    city.ask("Tenant.AddTenant", **ZICHUAN)
    assert [tenant.tenant_id for tenant in city.ask("Tenant.ListTenants").tenants] == ["zhangdian", CITY, "zichuan"]
    assert refused(lambda: city.ask("Tenant.GetTenant", tenant_id="zichuan")).code == "NOT_FOUND"
    listed = city.ask("Tenant.ListTenants", token=city.log_in().tokens.access_token).tenants
    assert [tenant.tenant_id for tenant in listed] == ["zhangdian", CITY, "zichuan"]


def test_add_tenant_gives_the_notices_that_the_city_has_imported(city: SmallCity) -> None:
    city.ask("Calendar.ImportNotice", **notice())
    city.ask("Calendar.SetDay", day={"date": "2025-01-06", "working": False, "reason": "全市停工"}, version=2)
    added = city.ask("Tenant.AddTenant", **ZICHUAN)
    revision = city.ask("Calendar.GetCalendar", admin_of(added)).revision
    assert (revision.version, list(revision.noticed_years)) == (1, [PROVISIONAL])
    assert {day.date[:4] for day in revision.days} == {str(PROVISIONAL)}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tenant_id": "zhangdian"}, "tenant_id"),
        ({"tenant_id": "water"}, "tenant_id"),
        ({"tenant_id": "Zichuan"}, "tenant_id"),
        ({"tenant_id": "zi:chuan"}, "tenant_id"),
        ({"name": "张店区"}, "name"),
        ({"unit_name": "water单位"}, "unit_name"),
        ({"duties": ["同一件", "同一件"]}, "duties"),
        ({"password": "short"}, "password"),
    ],
)
def test_add_tenant_refuses_what_is_taken_or_cannot_be(city: SmallCity, fields: dict[str, Any], field: str) -> None:
    before = city.rows()
    heard = refused(lambda: city.ask("Tenant.AddTenant", **{**ZICHUAN, **fields}))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", field)
    assert city.rows() == before


def test_add_tenant_is_the_citys_alone(city: SmallCity) -> None:
    heard = refused(lambda: city.ask("Tenant.AddTenant", city.district_admin, **ZICHUAN))
    assert (heard.code, heard.article) == ("FAILED_PRECONDITION", "5")
