"""Lists: every row once whatever the page, the same few statements however long the list, and always by an index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from chassis.caller import Caller
from chassis.store import Tx
from services.directory.rules.people import Person
from services.directory.rules.units import Unit, UnitKind
from services.directory.store.people import save_people
from services.directory.store.tables import system_keys, systems
from services.directory.store.units import save_units
from tests.services.directory.small_city import CITY, DISTRICT, SmallCity, refused

MANY = 120
# The method, what it is asked, the field of the answer, and how many statements it may take.
LISTS: list[tuple[str, dict[str, Any], str, int]] = [
    ("Tenant.ListTenants", {}, "tenants", 2),
    ("Unit.ListUnits", {}, "units", 1),
    ("Unit.ListUnits", {"parent_id": "water", "kind": "UNIT_KIND_DEPARTMENT", "state": "UNIT_STATE_OPEN"}, "units", 2),
    ("Unit.ListUnits", {"tenant_id": DISTRICT}, "units", 1),
    ("Unit.ListUnitHistory", {"unit_id": "water"}, "past", 2),
    ("Contact.ListContacts", {"unit_id": "water"}, "contacts", 2),
    ("Person.ListPeople", {}, "people", 1),
    ("Person.ListPeople", {"unit_id": "water"}, "people", 2),
    ("System.ListSystems", {}, "systems", 1),
    ("System.ListSystemKeys", {"system_id": "s0000"}, "system_keys", 2),
    ("Calendar.ListCalendarRevisions", {}, "revisions", 1),
    ("Journal.ListJournalEntries", {"subject_id": "water"}, "entries", 2),
]


@pytest.fixture
def crowded(city: SmallCity) -> SmallCity:
    """The small city with many units, people, systems and keys; a few contacts, past and revisions."""

    def fill(tx: Tx) -> None:
        numbers = [f"{number:04}" for number in range(MANY)]
        save_units(tx, [Unit(f"u{n}", CITY, f"科室{n}", n, "water", UnitKind.DEPARTMENT) for n in numbers], "add_unit", "试验")
        roles = frozenset({"ROLE_HANDLER"})
        save_people(tx, [Person(f"p{n}", CITY, "water", f"p{n}", f"某{n}", roles) for n in numbers])
        rows = [{"system_id": f"s{n}", "unit_id": "water", "name": n, "roles": [], "active": True, "version": 1} for n in numbers]
        tx.insert_many(systems, rows)
        tx.insert_many(system_keys, [{"key_id": f"k{n}", "system_id": "s0000", "hash": n, "issued_at": tx.now} for n in numbers])

    city.store.write(Caller.timer("directory", CITY), fill)
    for number in range(3):
        city.edit("RenameUnit", "water", name=f"第{number}局")
        fields: dict[str, Any] = {"unit_id": "water", "purpose": "CONTACT_PURPOSE_LEAD", "name": "李四", "phone": f"053312345{number}"}
        city.ask("Contact.AddContact", **fields)
        day = {"date": f"2025-01-{6 + number:02}", "working": False, "reason": "停工"}
        city.ask("Calendar.SetDay", day=day, version=1 + number)
    return city


def pages(city: SmallCity, method: str, fields: dict[str, Any], field: str, size: int) -> Iterator[list[str]]:
    token = ""
    while True:
        answer = city.ask(method, page={"size": size, "token": token}, **fields)
        yield [row.SerializeToString() for row in getattr(answer, field)]
        token = answer.next_page_token
        if not token:
            return


def test_every_list_gives_every_row_once_in_the_same_few_statements(crowded: SmallCity) -> None:
    for method, fields, field, most in LISTS:
        (whole,) = pages(crowded, method, fields, field, 200)
        for size in (1, 2, 50):
            if len(whole) / size > 60:
                continue
            given = list(pages(crowded, method, fields, field, size))
            assert [row for page in given for row in page] == whole, (method, size)
            assert all(len(page) <= size for page in given)
        assert len(set(whole)) == len(whole) > 0
        for size in (1, 200):
            with crowded.queries() as ran:
                crowded.ask(method, page={"size": size}, **fields)
            ran = [each for each in ran if "token_keys" not in each and "revocations" not in each]
            assert len(ran) <= most, (method, size, ran)


def test_every_list_finds_its_page_by_an_index(crowded: SmallCity) -> None:
    store = crowded.store
    if not store.is_sqlite:
        pytest.skip("PostgreSQL scans what fits a page of memory, and says nothing of a large table")
    for method, fields, _, _ in LISTS:
        with crowded.queries() as ran:
            crowded.ask(method, page={"size": 2}, **fields)
        listing = next(each for each in reversed(ran) if "LIMIT" in each)
        with store.engine.connect() as connection:
            plan = [row[3] for row in connection.exec_driver_sql(f"explain query plan {listing}", (None,) * listing.count("?"))]
        assert not [step for step in plan if step.startswith("SCAN") and "USING" not in step], (method, plan)
        assert not [step for step in plan if "TEMP B-TREE" in step], (method, plan)


def test_a_page_is_at_most_200_and_50_unless_told(crowded: SmallCity) -> None:
    assert len(crowded.ask("Person.ListPeople").people) == 50
    assert len(crowded.ask("Person.ListPeople", page={"size": 100_000}).people) == MANY + 1


@pytest.mark.parametrize("token", ["x", "bnVsbA==", "W10=", "WzEsMl0=", "WzFd"])
def test_a_page_token_nobody_gave_is_refused(city: SmallCity, token: str) -> None:
    heard = refused(lambda: city.ask("Unit.ListUnits", page={"token": token}))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", "page.token")


def test_closing_a_unit_counts_orders_by_an_index(crowded: SmallCity) -> None:
    if not crowded.store.is_sqlite:
        pytest.skip("PostgreSQL scans what fits a page of memory, and says nothing of a large table")
    with crowded.store.engine.connect() as connection:
        plan = connection.execute(text("explain query plan select count(*) from orders where unit_id = 'water' and open")).all()
    assert "ix_orders_unit_id_open" in str(plan)
