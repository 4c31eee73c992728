"""Who may read a ticket (Art. 17)."""

import pytest

from regulation.table import Source
from services.intake.rules.reading import Reader, Reading, Unit, reading
from services.intake.rules.ticket import Party, Ticket
from tests.services.intake.rules.facts import ticket

CITY_HUB = Unit("zibo-hub", "zibo", "hub")
WATER, WATER_EAST = Unit("water", "zibo", "enterprise"), Unit("water-east", "zibo", "enterprise")
DISTRICT, DISTRICT_HUB = Unit("zhangdian", "zibo", "district"), Unit("zhangdian-hub", "zhangdian", "hub")
TOWN = Unit("town", "zhangdian", "town")


def reader(unit: Unit, *kin: Unit, roles: tuple[str, ...] = ("HANDLER",), name: str = "p-1") -> Reader:
    return Reader(name, unit.tenant_id, unit.unit_id, frozenset(f"ROLE_{role}" for role in roles), (unit, *kin))


OPERATOR = reader(CITY_HUB, roles=("OPERATOR",))
ASSESSOR = reader(CITY_HUB, roles=("ASSESSOR",))
WATER_PERSON = reader(WATER, CITY_HUB)
EAST_PERSON = reader(WATER_EAST, WATER, CITY_HUB)
DISTRICT_PERSON = reader(DISTRICT_HUB, DISTRICT, roles=("HANDLER",))
TOWN_PERSON = reader(TOWN, DISTRICT_HUB, DISTRICT, CITY_HUB)


def about(unit_id: str = "", person_id: str = "", handled_by: str = "") -> Ticket:
    return ticket(parties=(Party("被投诉人", unit_id, person_id),), handling_tenant_id=handled_by)


@pytest.mark.parametrize(
    ("who", "what", "holders", "expected"),
    [
        (OPERATOR, ticket(), (), Reading.WHOLE),
        (ASSESSOR, ticket(), (), Reading.MASKED),
        (WATER_PERSON, ticket(), (), Reading.CLOSED),
        (WATER_PERSON, ticket(), ("water",), Reading.WHOLE),
        (WATER_PERSON, ticket(), ("roads",), Reading.CLOSED),
        (EAST_PERSON, ticket(), ("water",), Reading.CLOSED),
        (DISTRICT_PERSON, ticket(), (), Reading.MASKED),
        (DISTRICT_PERSON, ticket(handling_tenant_id="zhangdian"), ("zhangdian",), Reading.WHOLE),
        (TOWN_PERSON, ticket(handling_tenant_id="zhangdian"), ("zhangdian",), Reading.CLOSED),
        (TOWN_PERSON, ticket(handling_tenant_id="zhangdian"), ("zhangdian", "town"), Reading.WHOLE),
        (OPERATOR, ticket(tenant_id="zhangdian"), (), Reading.MASKED),
    ],
)
def test_the_hub_reads_and_outside_it_the_holders(who: Reader, what: Ticket, holders: tuple[str, ...], expected: Reading) -> None:
    assert reading(who, what, holders) is expected


@pytest.mark.parametrize(
    ("who", "what"),
    [
        (WATER_PERSON, about("water")),
        (EAST_PERSON, about("water")),
        (WATER_PERSON, about(person_id="p-1")),
        (OPERATOR, about(person_id="p-1")),
        (DISTRICT_PERSON, about("zhangdian", handled_by="zhangdian")),
        (TOWN_PERSON, about("zhangdian", handled_by="zhangdian")),
        (TOWN_PERSON, about("zhangdian-hub", handled_by="zhangdian")),
    ],
)
def test_the_party_never_reads_though_it_held_the_ticket(who: Reader, what: Ticket) -> None:
    assert reading(who, what, ("water", "water-east", "zhangdian", "town")) is Reading.HIDDEN


@pytest.mark.parametrize(("who", "what"), [(OPERATOR, about("zibo-hub")), (OPERATOR, about("water")), (WATER_PERSON, about("roads"))])
def test_others_are_not_the_party(who: Reader, what: Ticket) -> None:
    assert reading(who, what, ("water",)) is Reading.WHOLE


def test_a_unit_nobody_told_of_is_still_its_own() -> None:
    stranger = Reader("p-2", "zibo", "new-unit", frozenset({"ROLE_HANDLER"}))
    assert reading(stranger, about("new-unit"), ("new-unit",)) is Reading.HIDDEN
    assert reading(stranger, ticket(), ("new-unit",)) is Reading.WHOLE


def test_a_complaint_without_a_unit_is_about_nobodys_unit() -> None:
    assert reading(Reader("p-2", "zibo", "", frozenset({"ROLE_OPERATOR"})), about()) is Reading.WHOLE


@pytest.mark.parametrize("source", Source)
def test_the_province_reads_its_own_alone(source: Source) -> None:
    expected = Reading.MASKED if source is Source.PROVINCIAL else Reading.CLOSED
    for who in (Reader("provincial", "zibo", is_peer=True), Reader("key", "zibo", "", frozenset({"ROLE_PROVINCIAL_PEER"}))):
        assert reading(who, ticket(source=source)) is expected
