"""Reads a district's file: every fault is told, with where it stands, before anything is asked of anybody."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import Message

from chassis.checking import check
from chassis.errors import Invalid
from hotline.directory.v1 import events_pb2 as events
from hotline.directory.v1 import people_pb2 as people
from hotline.directory.v1 import systems_pb2 as systems
from hotline.directory.v1 import tenants_pb2 as tenants
from hotline.directory.v1 import units_pb2 as units
from hotline.notify.v1 import message_pb2
from hotline.notify.v1 import templates_pb2 as templates
from hotline.options.v1 import options_pb2 as options
from services.gateway.onboarding.plan import HUB, PersonWanted, Plan, SystemWanted, UnitWanted

M = TypeVar("M", bound=Message)
Table = Mapping[str, Any]
# What only the run knows stands here while a request is held against what its fields demand.
LATER = "later"
KINDS = {"department": events.UNIT_KIND_DEPARTMENT, "enterprise": events.UNIT_KIND_ENTERPRISE, "town": events.UNIT_KIND_TOWN}
ROLES = {name.removeprefix("ROLE_").lower(): number for name, number in options.Role.items() if number}
CHANNELS = {name.removeprefix("MESSAGE_CHANNEL_").lower(): number for name, number in message_pb2.MessageChannel.items() if number}
SECTIONS = {
    "units": ("key", "parent", "name", "short_name", "kind", "duties"),
    "people": ("unit", "login", "name", "roles"),
    "systems": ("unit", "name", "roles"),
    "days": ("date", "working", "reason"),
    "templates": ("notice", "channel", "language", "text"),
}
TENANT = ("tenant_id", "name", "unit_name", "duties", "hub_name", "login", "person_name", "reason")


class Faults(Exception):
    """What is wrong with a file, a line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read_plan(text: str) -> Plan:
    """Raises Faults with everything that is wrong."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Faults([f"不是有效的 TOML 文件：{error}"]) from None
    reading = _Reading(told)
    plan = reading.plan()
    if reading.faults:
        raise Faults(reading.faults)
    return plan


class _Reading:
    """One file, and its faults as far as they are found."""

    def __init__(self, told: Table) -> None:
        self._told = told
        self.faults: list[str] = []

    def plan(self) -> Plan:
        """What can be read of it; only whole without faults."""
        self._unknown("", self._told, ("tenant", *SECTIONS))
        tenant = self._tenant()
        wanted = [self._unit(where, row, tenant.reason) for where, row in self._rows("units")]
        keys = {HUB, *(unit.key for unit in wanted)}
        plan = Plan(
            tenant,
            self._parents_first(wanted),
            [PersonWanted(self._of_unit(where, row, keys), self._person(where, row)) for where, row in self._rows("people")],
            [SystemWanted(self._of_unit(where, row, keys), self._system(where, row)) for where, row in self._rows("systems")],
            [self._day(where, row) for where, row in self._rows("days")],
            [self._template(where, row) for where, row in self._rows("templates")],
        )
        self._twice(plan)
        return plan

    def _tenant(self) -> tenants.AddTenantRequest:
        row = self._told.get("tenant")
        if not isinstance(row, dict):
            self.faults.append("缺少 [tenant]：请写明区县的编号、名称、单位、热线工作机构和租户管理员")
            return tenants.AddTenantRequest()
        self._unknown("tenant", row, TENANT)
        return self._made("tenant", tenants.AddTenantRequest(request_id=LATER, password=LATER), row)

    def _unit(self, where: str, row: Table, reason: str) -> UnitWanted:
        said = {name: value for name, value in row.items() if name not in ("key", "parent", "kind")}
        kind = self._named(where, "kind", row.get("kind"), KINDS)
        request = units.AddUnitRequest(request_id=LATER, parent_id=LATER, reason=reason or LATER, kind=kind or 0)  # type: ignore[arg-type]  # of KINDS
        key = row.get("key", row.get("name", ""))
        return UnitWanted(str(key), str(row.get("parent", HUB)), self._made(where, request, said))

    def _person(self, where: str, row: Table) -> people.AddPersonRequest:
        request = people.AddPersonRequest(request_id=LATER, unit_id=LATER, password=LATER, roles=self._roles(where, row))  # type: ignore[arg-type]  # of ROLES
        return self._made(where, request, _without(row, "unit", "roles"))

    def _system(self, where: str, row: Table) -> systems.AddSystemRequest:
        request = systems.AddSystemRequest(request_id=LATER, unit_id=LATER, roles=self._roles(where, row))  # type: ignore[arg-type]  # of ROLES
        return self._made(where, request, _without(row, "unit", "roles"))

    def _day(self, where: str, row: Table) -> events.CalendarDay:
        self.faults += [f"{where}：缺少 {name}" for name in SECTIONS["days"] if name not in row]
        return self._made(where, events.CalendarDay(), row)

    def _template(self, where: str, row: Table) -> templates.PublishTemplateRequest:
        channel = self._named(where, "channel", row.get("channel"), CHANNELS)
        request = templates.PublishTemplateRequest(request_id=LATER, channel=channel or 0)  # type: ignore[arg-type]  # of CHANNELS
        return self._made(where, request, _without(row, "channel"))

    def _roles(self, where: str, row: Table) -> list[int]:
        told = row.get("roles")
        if not isinstance(told, list) or not told:
            self.faults.append(f'{where}.roles：请至少写一个角色，例如 roles = ["handler"]')
            return []
        return [number for role in told if (number := self._named(where, "roles", role, ROLES))]

    def _named(self, where: str, field: str, word: object, known: Mapping[str, int]) -> int:
        number = known.get(word) if isinstance(word, str) else None
        if number is None:
            self.faults.append(f"{where}.{field}：没有“{word or ''}”，可用 {'、'.join(known)}")
        return number or 0

    def _of_unit(self, where: str, row: Table, keys: set[str]) -> str:
        unit = str(row.get("unit", HUB))
        if unit not in keys:
            self.faults.append(f"{where}.unit：[[units]] 中没有 key 为 {unit} 的单位；热线工作机构写 {HUB}")
        return unit

    def _parents_first(self, wanted: list[UnitWanted]) -> list[UnitWanted]:
        placed, order, left = {HUB}, list[UnitWanted](), list(wanted)
        while ready := [unit for unit in left if unit.parent in placed]:
            order += ready
            placed |= {unit.key for unit in ready}
            left = [unit for unit in left if unit not in ready]
        self.faults += [f"units（{unit.key}）.parent：{unit.parent} 不是本文件中的单位，或互为上下级" for unit in left]
        return order

    def _twice(self, plan: Plan) -> None:
        """What may be there only once."""
        logins = [plan.tenant.login.lower(), *(person.request.login.lower() for person in plan.people)]
        for what, names in (
            ("units 的 key", [HUB, *(unit.key for unit in plan.units)]),
            ("units 的 name", [plan.tenant.hub_name, *(unit.request.name for unit in plan.units)]),
            ("登录名", logins),
            ("systems 的 name", [system.request.name for system in plan.systems]),
            ("days 的 date", [day.date for day in plan.days]),
        ):
            self.faults += [f"{what}：{name} 出现了不止一次" for name in sorted({name for name in names if name and names.count(name) > 1})]

    def _made(self, where: str, request: M, said: Table) -> M:
        """The request with what the file says, held against what its fields demand."""
        try:
            ParseDict({name: _plain(value) for name, value in said.items() if name in request.DESCRIPTOR.fields_by_name}, request)
            check(request)
        except ParseError:
            self.faults.append(f"{where}：有的项不是所要求的类型（文字、是否或列表），请对照示例")
        except Invalid as error:
            self.faults.append(f"{where}.{error.message}")
        return request

    def _rows(self, section: str) -> Iterator[tuple[str, Table]]:
        rows = self._told.get(section, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.faults.append(f"{section}：应写成 [[{section}]]，每条一段")
            return
        for number, row in enumerate(rows, 1):
            self._unknown(f"{section}[{number}]", row, SECTIONS[section])
            yield f"{section}[{number}]", row

    def _unknown(self, where: str, row: Table, known: tuple[str, ...]) -> None:
        strange = sorted(row.keys() - set(known))
        if strange:
            self.faults.append(f"{where or '文件'}：没有名为 {'、'.join(strange)} 的项，可用 {'、'.join(known)}")


def _without(row: Table, *names: str) -> Table:
    return {name: value for name, value in row.items() if name not in names}


def _plain(value: object) -> object:
    """A day of TOML's own is written as the protos have it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
