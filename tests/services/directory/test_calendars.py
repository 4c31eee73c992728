"""Calendars and policies through the door: revisions, who gets them, and what is told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from regulation.calendar import national
from services.directory.actions.calendars import renew_base
from tests.services.directory.small_city import CITY, DISTRICT, SmallCity, refused

BASE = national()
PROVISIONAL = max(BASE.years)
MONDAY = {"date": "2025-01-06", "working": False, "reason": "全市停工"}


def notice(**more: Any) -> dict[str, Any]:
    days = [{"date": day.isoformat(), "working": False, "reason": name} for day, name in BASE.years[PROVISIONAL].off.items()]
    return {"year": PROVISIONAL, "notice": "国办发明电〔2026〕9号", "days": days, "version": 1, **more}


def test_every_tenant_begins_with_the_national_calendar(city: SmallCity) -> None:
    told = city.told("CalendarRevised")
    assert [each["tenantId"] for each in told] == [CITY, DISTRICT]
    assert all(each["revision"].startswith(BASE.revision) and "days" not in each for each in told)
    assert city.ask("Calendar.GetCalendar").revision.version == 1


def test_import_notice_settles_the_year_for_the_city_and_its_districts(city: SmallCity) -> None:
    revision = city.ask("Calendar.ImportNotice", **notice()).revision
    assert (revision.tenant_id, revision.version, list(revision.noticed_years)) == (CITY, 2, [PROVISIONAL])
    theirs = city.ask("Calendar.GetCalendar", city.district_admin).revision
    assert (theirs.tenant_id, theirs.version, list(theirs.noticed_years)) == (DISTRICT, 2, [PROVISIONAL])
    told = city.told("CalendarRevised")[-2:]
    assert [(each["tenantId"], each["noticedYears"]) for each in told] == [(CITY, [PROVISIONAL]), (DISTRICT, [PROVISIONAL])]
    assert len(told[0]["days"]) == len(BASE.years[PROVISIONAL].off)
    assert city.journal(f"calendar:{DISTRICT}", DISTRICT)[-1]["verb"] == "import_notice"


def notice_text() -> str:
    lines = ["# 国务院办公厅", f"year = {PROVISIONAL}", "provisional = false", "", "[off]"]
    lines += [f'{day} = "{name}"' for day, name in BASE.years[PROVISIONAL].off.items()]
    return "\n".join([*lines, "", "[working]", f'{PROVISIONAL}-02-20 = "春节"']) + "\n"


def test_import_notice_takes_the_file_itself_as_toml_or_json(city: SmallCity) -> None:
    by_text = {"year": 0, "days": [], "text": notice_text()}
    revision = city.ask("Calendar.ImportNotice", **notice(**by_text)).revision
    assert list(revision.noticed_years) == [PROVISIONAL]
    assert len(revision.days) == len(BASE.years[PROVISIONAL].off) + 1
    as_json = json.dumps({"year": PROVISIONAL, "off": {str(day): name for day, name in BASE.years[PROVISIONAL].off.items()}}, indent=1)
    again = city.ask("Calendar.ImportNotice", **notice(**by_text | {"text": as_json}, version=2)).revision
    assert len(again.days) == len(BASE.years[PROVISIONAL].off)


def test_a_draft_of_a_notice_is_what_its_import_then_makes_and_changes_nothing(city: SmallCity) -> None:
    city.ask("Calendar.SetDay", city.district_admin, day=MONDAY, version=1)
    before = (city.told("CalendarRevised"), city.journal(f"calendar:{CITY}", CITY))
    said: dict[str, Any] = {"notice": "国办发明电〔2026〕9号", "text": notice_text()}
    drafts = city.ask("Calendar.DraftNotice", **said).revisions
    assert (city.told("CalendarRevised"), city.journal(f"calendar:{CITY}", CITY)) == before
    city.ask("Calendar.ImportNotice", **said, version=1)
    made = [city.ask("Calendar.GetCalendar", by).revision for by in (city.admin, city.district_admin)]
    assert [(each.tenant_id, each.version, each.revision) for each in drafts] == [(e.tenant_id, e.version, e.revision) for e in made]
    assert [list(each.days) for each in drafts] == [list(each.days) for each in made]
    assert [list(each.noticed_years) for each in drafts] == [[PROVISIONAL]] * 2


def test_a_draft_is_refused_as_its_import_would_be(city: SmallCity) -> None:
    heard = refused(lambda: city.ask("Calendar.DraftNotice", notice="通知", text="year = 2027\n[off]\n2027-01-01 元旦\n"))
    assert (heard.code, heard.field, heard.message.startswith("第3行：")) == ("INVALID_ARGUMENT", "text", True)
    assert refused(lambda: city.ask("Calendar.DraftNotice", notice="通知", year=2025)).field == "year"
    theirs = refused(lambda: city.ask("Calendar.DraftNotice", city.district_admin, notice="通知", text=notice_text()))
    assert theirs.code == "PERMISSION_DENIED"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("year = 2027\n[off]\n2027-01-01 元旦\n", "第3行："),
        ('year = 2027\n[off]\n2027-01-01 = "元旦"\n2027-01-01 = "元旦"\n', "第4行："),
        ('year = 2027\n[off]\n2027-13-01 = "元旦"\n', "第3行："),
        ('year = 2027\n[off]\n2027-01-01 = ""\n', "第3行："),
        ('year = 2027\n[off]\n2027-01-01 = "元旦"\n[working]\n2027-01-01 = "元旦"\n', "第5行："),
        ('year = "2027"\n', "第1行："),
        ("year = 2027\nprovisional = true\n", "第2行："),
        ("year = 2027\noff = 3\n", "第2行："),
        ("year = 2027\nholidays = 3\n", "第2行："),
        ('{"year": 2027,\n "off": {]}', "第2行："),
        (notice_text().replace("-02-20", "-02-22"), "第21行："),
        (notice_text().replace(f"{PROVISIONAL}-02-20", f"{PROVISIONAL + 1}-02-20"), "第21行："),
        (notice_text().replace(f'{PROVISIONAL}-01-01 = "元旦"\n', ""), f"{PROVISIONAL}-01-01"),
    ],
)
def test_import_notice_refuses_a_file_with_its_line(city: SmallCity, text: str, line: str) -> None:
    heard = refused(lambda: city.ask("Calendar.ImportNotice", **notice(year=0, days=[], text=text)))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", "text")
    assert heard.message.startswith(line)
    assert len(city.told("CalendarRevised")) == 2


def test_unset_day_takes_the_tenants_own_day_back(city: SmallCity) -> None:
    city.ask("Calendar.SetDay", day=MONDAY, version=1)
    revision = city.ask("Calendar.UnsetDay", date=MONDAY["date"], reason="台风未至", version=2).revision
    assert (revision.version, revision.verb, len(revision.days)) == (3, "unset_day", 0)
    assert "days" not in city.told("CalendarRevised")[-1]
    heard = refused(lambda: city.ask("Calendar.UnsetDay", date=MONDAY["date"], reason="再撤一次", version=3))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", "date")


def test_import_notice_is_the_citys_alone(city: SmallCity) -> None:
    assert refused(lambda: city.ask("Calendar.ImportNotice", city.district_admin, **notice())).code == "PERMISSION_DENIED"


def test_set_day_is_one_tenants_own(city: SmallCity) -> None:
    revision = city.ask("Calendar.SetDay", city.district_admin, day=MONDAY, version=1).revision
    assert [(day.date, day.working) for day in revision.days] == [("2025-01-06", False)]
    assert not city.ask("Calendar.GetCalendar").revision.days
    assert city.told("CalendarRevised")[-1]["tenantId"] == DISTRICT


def test_a_notice_leaves_a_districts_own_days_as_they_are(city: SmallCity) -> None:
    city.ask("Calendar.SetDay", city.district_admin, day=MONDAY, version=1)
    city.ask("Calendar.ImportNotice", **notice())
    days = city.ask("Calendar.GetCalendar", city.district_admin).revision.days
    assert days[0].date == "2025-01-06"
    assert len(days) == 1 + len(BASE.years[PROVISIONAL].off)


def test_every_revision_stays_and_is_found_by_its_name(city: SmallCity) -> None:
    first = city.ask("Calendar.SetDay", day=MONDAY, version=1).revision
    second = city.ask("Calendar.SetDay", day={**MONDAY, "working": True, "reason": "恢复上班"}, version=2).revision
    assert city.ask("Calendar.GetCalendar", revision=first.revision).revision == first
    listed = city.ask("Calendar.ListCalendarRevisions").revisions
    assert [each.revision for each in listed[:2]] == [second.revision, first.revision]
    assert not any(each.days for each in listed)
    assert refused(lambda: city.ask("Calendar.GetCalendar", city.district_admin, revision=first.revision)).code == "NOT_FOUND"


def test_a_revision_of_an_old_version_is_told_what_changed(city: SmallCity) -> None:
    city.ask("Calendar.SetDay", day=MONDAY, version=1)
    heard = refused(lambda: city.ask("Calendar.SetDay", day={**MONDAY, "date": "2025-01-07"}, version=1))
    assert heard.code == "ABORTED"
    assert "全市停工" in heard.message


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"year": 2025}, "year"),
        ({"year": 0}, "year"),
        ({"days": []}, "days"),
        ({"days": [{"date": "2025-01-01", "reason": "元旦"}]}, "days"),
        ({"days": [{"date": "01-01", "reason": "元旦"}]}, "days[0].date"),
        ({"days": [{"reason": "元旦"}]}, "days[0].date"),
        ({"days": [MONDAY, MONDAY]}, "days[1].date"),
    ],
)
def test_import_notice_refuses_what_no_notice_says(city: SmallCity, fields: dict[str, Any], field: str) -> None:
    heard = refused(lambda: city.ask("Calendar.ImportNotice", **notice(**fields)))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", field)
    assert len(city.told("CalendarRevised")) == 2


@pytest.mark.parametrize(
    ("day", "field"),
    [
        (None, "day.date"),
        ({"date": "", "working": True, "reason": "x"}, "day.date"),
        ({**MONDAY, "working": True}, "day.working"),
        ({**MONDAY, "reason": ""}, "day.reason"),
        ({**MONDAY, "date": "2099-01-05"}, "day.date"),
    ],
)
def test_set_day_refuses_what_changes_nothing_or_nobody_knows(city: SmallCity, day: dict[str, Any] | None, field: str) -> None:
    heard = refused(lambda: city.ask("Calendar.SetDay", day=day, version=1))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", field)


def test_a_release_that_brings_a_new_national_calendar_is_a_revision(city: SmallCity, monkeypatch: pytest.MonkeyPatch) -> None:
    city.ask("Calendar.ImportNotice", **notice())
    city.ask("Calendar.SetDay", day=MONDAY, version=2)
    assert city.store.write(city.admin, renew_base).version == 3
    noticed = BASE.years[PROVISIONAL]
    settled = type(noticed)(noticed.year, noticed.off, noticed.working, provisional=False)
    newer = BASE.with_notice("national-newer", settled)
    monkeypatch.setattr("services.directory.actions.calendars.national", lambda: newer)
    renewed = city.store.write(city.admin, renew_base)
    assert (renewed.version, renewed.base, renewed.days.noticed_years) == (4, "national-newer", ())
    assert list(renewed.days.all) == [date(2025, 1, 6)]
    assert date(2025, 1, 6) + timedelta() in renewed.days.own


def test_set_policies_is_checked_told_and_journalled(city: SmallCity) -> None:
    tenant = city.ask("Tenant.SetPolicies", policies={"cutoff": "17:30", "sms_hours": "48"}, reason="市政府办文", version=1).tenant
    assert (tenant.version, dict(tenant.policies)) == (2, {"cutoff": "17:30", "sms_hours": "48"})
    assert city.told("TenantChanged")[-1]["policies"] == {"cutoff": "17:30", "sms_hours": "48"}
    assert [entry["verb"] for entry in city.journal(CITY)] == ["add_tenant", "set_policies"]
    assert city.ask("Tenant.GetTenant", city.dispatcher, tenant_id=CITY).tenant == tenant
    heard = refused(lambda: city.ask("Tenant.SetPolicies", policies={}, reason="撤回", version=1))
    assert heard.code == "ABORTED"


@pytest.mark.parametrize("policies", [{"cutoff": "25:00"}, {"no_such": "1"}, {"sms_hours": "many"}, {"sms_hours": "0"}, {}])
def test_set_policies_refuses_what_the_regulation_leaves_not_open(city: SmallCity, policies: dict[str, str]) -> None:
    heard = refused(lambda: city.ask("Tenant.SetPolicies", policies=policies, reason="试一试", version=1))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", "policies")


def test_set_policies_names_units_of_the_tenants_own_alone(city: SmallCity) -> None:
    told = city.ask("Tenant.SetPolicies", policies={"urgent_told_water": "water,roads"}, reason="应急办文", version=1).tenant
    assert dict(told.policies) == {"urgent_told_water": "water,roads"}
    for named in ("no-such-unit", "town-1"):
        heard = refused(lambda named=named: city.ask("Tenant.SetPolicies", policies={"urgent_told": named}, reason="试一试", version=2))  # type: ignore[misc]  # bound here
        assert (heard.code, heard.field, heard.article) == ("INVALID_ARGUMENT", "policies", "13")


def test_tenants_are_listed_to_whom_they_concern(city: SmallCity) -> None:
    assert [each.tenant_id for each in city.ask("Tenant.ListTenants").tenants] == [DISTRICT, CITY]
    assert [each.tenant_id for each in city.ask("Tenant.ListTenants", city.district_admin).tenants] == [DISTRICT]
    assert refused(lambda: city.ask("Tenant.GetTenant", city.district_admin, tenant_id=CITY)).code == "NOT_FOUND"
