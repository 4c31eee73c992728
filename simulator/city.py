"""The city as its hotline knows it: units with their duties, districts with theirs, and the tree of categories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hotline.directory.v1 import events_pb2 as told
from hotline.directory.v1 import tenants_pb2 as tenants
from hotline.directory.v1 import units_pb2 as units
from hotline.intake.v1 import categories_pb2 as categories
from hotline.ticket.v1 import ticket_pb2 as shared
from regulation.calendar import national
from regulation.policy import Policy
from simulator.book.standing import Law
from simulator.messages import Message
from simulator.people import House, Person

PAGE = 200
LEAF = 3


class Listing(Protocol):
    """A page of a list."""

    next_page_token: str


L = TypeVar("L", bound=Listing)


@dataclass(frozen=True)
class Unit:
    """An undertaking unit that somebody staffs. `pairs` are the pairs of characters in its duties."""

    unit_id: str
    name: str
    handling_tenant_id: str
    pairs: frozenset[str]


@dataclass(frozen=True)
class District:
    """A district: the city's unit, its tenant, and its towns and departments."""

    unit: Unit
    tenant_id: str
    hub_id: str
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class City:
    """What whoever works on a ticket has at hand. `laws`: each tenant's calendar and choices."""

    tenant_id: str
    hub_id: str
    units: tuple[Unit, ...]
    districts: tuple[District, ...]
    laws: Mapping[str, Law]
    categories: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def law(self) -> Law:
        """The city's own."""
        return self.laws[self.tenant_id]

    def category_of(self, message: Message) -> str:
        """The code of the third-level category that says most of a message's words."""
        return max(self.categories, key=lambda row: _telling(row, message))[0]

    def district_of(self, message: Message) -> District:
        """The district that a message names, or else one by its number."""
        named = (each for each in self.districts if each.unit.name[:2] in message.words)
        return next(named, self.districts[message.number % len(self.districts)])


def nearest(among: Iterable[Unit], message: Message) -> list[Unit]:
    """Units by how much their duties say of a message, the likeliest first."""
    pairs = pairs_of(message.words)
    return sorted(among, key=lambda unit: (-len(unit.pairs & pairs), unit.unit_id))


def pairs_of(text: str) -> frozenset[str]:
    """Its pairs of neighbouring characters."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def pages(ask: Callable[[shared.Page], L]) -> Iterator[L]:
    """Every page of a list."""
    token = ""
    while True:
        page = ask(shared.Page(size=PAGE, token=token))
        yield page
        token = page.next_page_token
        if not token:
            return


def survey(house: House) -> City:
    """Look the city up in the directory and in intake. Raises LookupError where it has no hub or districts."""
    somebody = [house.of_tenant(tenant, "ROLE_DISPATCHER") for tenant in house.tenants()]
    found = {each.tenant_id: list(_units(each)) for each in somebody}
    known = {tenant.tenant_id: tenant for person in somebody for tenant in _tenants(person)}
    city_id = next(tenant for tenant in found if not known[tenant].parent_tenant_id)
    own = {row.unit_id: row for row in found[city_id]}
    return City(
        tenant_id=city_id,
        hub_id=_hub(found[city_id]),
        units=tuple(_unit(row) for row in own.values() if house.staffed(row.unit_id) and row.kind != told.UNIT_KIND_HUB),
        districts=tuple(_district(house, row, found) for row in own.values() if row.handling_tenant_id in found),
        laws={each: Law(national(), Policy.of(known[each].policies)) for each in found},
        categories=tuple(_categories(house.of_tenant(city_id, "ROLE_OPERATOR"))),
    )


def _tenants(person: Person) -> Iterator[tenants.Tenant]:
    def ask(page: shared.Page) -> tenants.ListTenantsResponse:
        return person.ask("directory.v1.TenantService/ListTenants", tenants.ListTenantsRequest(page=page), tenants.ListTenantsResponse)

    for page in pages(ask):
        yield from page.tenants


def _units(person: Person) -> Iterator[units.Unit]:
    def ask(page: shared.Page) -> units.ListUnitsResponse:
        request = units.ListUnitsRequest(page=page, tenant_id=person.tenant_id, state=told.UNIT_STATE_OPEN)
        return person.ask("directory.v1.UnitService/ListUnits", request, units.ListUnitsResponse)

    for page in pages(ask):
        yield from page.units


def _categories(operator: Person) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Third-level ones: code, the names of its line, keywords of its line."""

    def ask(page: shared.Page) -> categories.ListCategoriesResponse:
        request = categories.ListCategoriesRequest(page=page)
        return operator.ask("intake.v1.CategoryService/ListCategories", request, categories.ListCategoriesResponse)

    rows = {row.code: row for page in pages(ask) for row in page.categories}
    for row in rows.values():
        if row.level == LEAF:
            parent = rows[row.code.rpartition(".")[0]]
            top = rows[parent.code.rpartition(".")[0]]
            yield row.code, top.name, (row.name, parent.name, *row.keywords, *parent.keywords)


def _district(house: House, row: units.Unit, found: dict[str, list[units.Unit]]) -> District:
    tenant = row.handling_tenant_id
    own = (each for each in found[tenant] if each.kind != told.UNIT_KIND_HUB and house.staffed(each.unit_id))
    return District(_unit(row), tenant, _hub(found[tenant]), tuple(_unit(each) for each in own))


def _hub(rows: Iterable[units.Unit]) -> str:
    return next(row.unit_id for row in rows if row.kind == told.UNIT_KIND_HUB)


def _unit(row: units.Unit) -> Unit:
    return Unit(row.unit_id, row.short_name or row.name, row.handling_tenant_id, pairs_of("\n".join(row.duties)))


def _telling(row: tuple[str, str, tuple[str, ...]], message: Message) -> tuple[int, bool]:
    _, top, words = row
    return sum(word in message.words for word in words), top == message.label
