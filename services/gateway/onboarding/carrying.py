"""Carries a plan out, step by step: what is there already is left as it is, and each step says what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from google.protobuf.message import Message

from chassis.errors import Unusable
from hotline.directory.v1 import calendars_pb2 as calendars
from hotline.directory.v1 import events_pb2 as events
from hotline.directory.v1 import people_pb2 as people
from hotline.directory.v1 import systems_pb2 as systems
from hotline.directory.v1 import tenants_pb2 as tenants
from hotline.directory.v1 import units_pb2 as units
from hotline.notify.v1 import templates_pb2 as templates
from services.gateway.onboarding.keeping import FIRST, WORKING, Kept
from services.gateway.onboarding.plan import HUB, PersonWanted, Plan, SystemWanted, UnitWanted
from services.gateway.onboarding.speaking import Refused, Speaker

M = TypeVar("M", bound=Message)
Say = Callable[[str], None]
LANGUAGE = "zh-CN"
UNIT, PERSON, SYSTEM = "directory.v1.UnitService", "directory.v1.PersonService", "directory.v1.SystemService"
TENANT, CALENDAR, TEMPLATE = "directory.v1.TenantService", "directory.v1.CalendarService", "notify.v1.TemplateService"
STRANGER = (
    "租户 {tenant} 已存在，而它的管理员不是由本文件设立，或已自行更换密码：以后的调整请由该管理员在控制台的“系统”页面办理；"
    "若是另一台机器上中断的接入，请把那里的 {file} 拷来后重新运行"
)


class Onboarding:
    """One district, brought in by the city's administrator and then by its own first one."""

    def __init__(self, plan: Plan, kept: Kept, city: Speaker, district: Speaker, say: Say) -> None:
        self._plan, self._kept, self._city, self._district, self._say = plan, kept, city, district, say
        self._unit_ids = {HUB: f"{plan.tenant.tenant_id}-hub"}

    def run(self) -> None:
        """All steps. Raises Refused, or Unusable for a tenant that is somebody else's."""
        for each in self._plan.templates:
            self._try_template(each)
        self._add_tenant()
        self._enter()
        self._add_units()
        self._add_people()
        self._add_systems()
        self._set_days()
        self._publish_templates()
        self._hand_over()

    def _try_template(self, wanted: templates.PublishTemplateRequest) -> None:
        """Held against its notice before anything is written (17)."""
        request = templates.PreviewTemplateRequest(notice=wanted.notice, channel=wanted.channel, text=wanted.text)
        with doing(f"模板 {wanted.notice}"):
            self._city.ask(f"{TEMPLATE}/PreviewTemplate", request, templates.PreviewTemplateResponse)

    def _add_tenant(self) -> None:
        wanted = self._plan.tenant
        listed = listed_by(self._city, f"{TENANT}/ListTenants", tenants.ListTenantsRequest(), tenants.ListTenantsResponse)
        if any(tenant.tenant_id == wanted.tenant_id for tenant in listed):
            self._say(f"已有 租户 {wanted.name}（{wanted.tenant_id}）")
            return
        request = tenants.AddTenantRequest()
        request.CopyFrom(wanted)
        request.password = self._kept.administrators(FIRST, wanted.login)
        with doing(f"租户 {wanted.name}"):
            self._city.ask(f"{TENANT}/AddTenant", request, tenants.AddTenantResponse)
        self._say(f"新增 租户 {wanted.name}（{wanted.tenant_id}），租户管理员 {wanted.login}")

    def _enter(self) -> None:
        """As the district's administrator, whose first password only serves to set another."""
        wanted = self._plan.tenant
        if not self._kept.begun:
            raise Unusable(STRANGER.format(tenant=wanted.tenant_id, file=self._kept.file.name))
        first, working = (self._kept.administrators(which, wanted.login) for which in (FIRST, WORKING))
        try:
            self._district.change_password(first, working)
        except Refused as refused:
            if refused.reason != "UNKNOWN":
                raise
        try:
            self._district.log_in(working)
        except Refused as refused:
            if refused.reason != "UNKNOWN":
                raise
            raise Unusable(STRANGER.format(tenant=wanted.tenant_id, file=self._kept.file.name)) from None

    def _add_units(self) -> None:
        listed = listed_by(self._district, f"{UNIT}/ListUnits", units.ListUnitsRequest(), units.ListUnitsResponse)
        known = {unit.name: unit.unit_id for unit in listed if unit.state != events.UNIT_STATE_CLOSED}
        for wanted in self._plan.units:
            name = wanted.request.name
            fresh = name not in known
            self._unit_ids[wanted.key] = self._add_unit(wanted) if fresh else known[name]
            self._told("单位", name, fresh=fresh)

    def _add_unit(self, wanted: UnitWanted) -> str:
        request = units.AddUnitRequest()
        request.CopyFrom(wanted.request)
        request.parent_id = self._unit_ids[wanted.parent]
        with doing(f"单位 {request.name}"):
            return self._district.ask(f"{UNIT}/AddUnit", request, units.AddUnitResponse).unit.unit_id

    def _add_people(self) -> None:
        known = {person.login for person in self._people()}
        for wanted in self._plan.people:
            fresh = wanted.request.login.lower() not in known
            if fresh:
                self._add_person(wanted)
            self._told("人员", f"{wanted.request.name}（{wanted.request.login}）", fresh=fresh)

    def _add_person(self, wanted: PersonWanted) -> None:
        request = people.AddPersonRequest()
        request.CopyFrom(wanted.request)
        request.unit_id, request.password = self._unit_ids[wanted.unit], self._kept.password_of(request.login)
        with doing(f"人员 {request.name}"):
            self._district.ask(f"{PERSON}/AddPerson", request, people.AddPersonResponse)

    def _add_systems(self) -> None:
        listed = listed_by(self._district, f"{SYSTEM}/ListSystems", systems.ListSystemsRequest(), systems.ListSystemsResponse)
        known = {system.name for system in listed}
        for wanted in self._plan.systems:
            name = wanted.request.name
            if not self._kept.has_key(name):
                self._add_system(wanted)
            self._told("系统", name, fresh=name not in known)

    def _add_system(self, wanted: SystemWanted) -> None:
        """Also where it is there and its key was not kept: the same request is answered with the same key."""
        request = systems.AddSystemRequest()
        request.CopyFrom(wanted.request)
        request.unit_id = self._unit_ids[wanted.unit]
        with doing(f"系统 {request.name}"):
            key = self._district.ask(f"{SYSTEM}/AddSystem", request, systems.AddSystemResponse).key
        self._kept.keep_key(request.name, key)

    def _set_days(self) -> None:
        for wanted in self._plan.days:
            asked = calendars.GetCalendarRequest()
            now = self._district.ask(f"{CALENDAR}/GetCalendar", asked, calendars.GetCalendarResponse).revision
            fresh = wanted not in now.days
            if fresh:
                request = calendars.SetDayRequest(day=wanted, version=now.version)
                with doing(f"日期 {wanted.date}"):
                    self._district.ask(f"{CALENDAR}/SetDay", request, calendars.SetDayResponse)
            self._told("日期", f"{wanted.date} {'上班' if wanted.working else '休息'}", fresh=fresh)

    def _publish_templates(self) -> None:
        asked = templates.ListTemplatesRequest()
        listed = list(listed_by(self._district, f"{TEMPLATE}/ListTemplates", asked, templates.ListTemplatesResponse))
        for wanted in self._plan.templates:
            request = templates.PublishTemplateRequest()
            request.CopyFrom(wanted)
            current = [each for each in listed if _which(each) == _which(wanted)]
            fresh = all(each.text != wanted.text for each in current)
            if fresh:
                request.version = max((each.version for each in current), default=0)
                with doing(f"模板 {wanted.notice}"):
                    self._district.ask(f"{TEMPLATE}/PublishTemplate", request, templates.PublishTemplateResponse)
            self._told("模板", wanted.notice, fresh=fresh)

    def _hand_over(self) -> None:
        """The administrator's password is the first one again: whoever gets it sets another before the first log-in."""
        login = self._plan.tenant.login.lower()
        (person_id,) = [person.person_id for person in self._people() if person.login == login]
        first = self._kept.administrators(FIRST, login)
        request = people.ResetPasswordRequest(person_id=person_id, password=first, reason="接入完成，移交租户管理员")
        self._district.ask_anew(f"{PERSON}/ResetPassword", request, people.ResetPasswordResponse)
        self._say(f"接入完成。初始口令和系统密钥在 {self._kept.file}（仅本人可读）：请分别交给本人后删除该文件")

    def _people(self) -> Iterator[people.Person]:
        asked = people.ListPeopleRequest(with_inactive=True)
        return listed_by(self._district, f"{PERSON}/ListPeople", asked, people.ListPeopleResponse)

    def _told(self, what: str, name: str, *, fresh: bool) -> None:
        self._say(f"{'新增' if fresh else '已有'} {what} {name}")


@contextmanager
def doing(what: str) -> Iterator[None]:
    """A refusal says what was being done."""
    try:
        yield
    except Refused as refused:
        raise Refused(refused.reason, f"{what}：{refused}") from None


def listed_by(speaker: Speaker, method: str, request: Any, answer: type[M]) -> Iterator[Any]:
    """Every row of a list, page after page."""
    (rows,) = [field.name for field in answer.DESCRIPTOR.fields if field.is_repeated]
    while True:
        page: Any = speaker.ask(method, request, answer)
        yield from getattr(page, rows)
        if not page.next_page_token:
            return
        request.page.token = page.next_page_token


def _which(template: templates.Template | templates.PublishTemplateRequest) -> tuple[str, int, str]:
    return template.notice, template.channel, template.language or LANGUAGE
