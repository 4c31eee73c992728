"""The tree of categories: a tenant's own, each change a new version, no code used twice."""

from typing import Any

import pytest

from services.intake.rules.categories import seed
from tests.services.intake.desk import ADMIN, DISTRICT, OPERATOR, WATER, Desk, person
from tests.services.refused import Refused

LIST, ADD = "CategoryService/ListCategories", "CategoryService/AddCategory"
RENAME, RETIRE = "CategoryService/RenameCategory", "CategoryService/RetireCategory"
DISTRICT_OPERATOR = person("district-2", "OPERATOR", unit="zhangdian-hub", tenant=DISTRICT)


def all_of(desk: Desk, by: Any = OPERATOR, **fields: Any) -> list[Any]:
    found, token = [], ""
    while True:
        answer = desk.ask(LIST, by, page={"size": 200, "token": token}, **fields)
        found += answer.categories
        token = answer.next_page_token
        if not token:
            return found


def test_every_tenant_begins_with_the_seed_before_and_after_the_first_ticket(desk: Desk) -> None:
    expected = [(each.code, each.name, each.level) for each in seed()]
    assert [(each.code, each.name, each.level) for each in all_of(desk)] == expected
    desk.register()
    assert [(each.code, each.name, each.level) for each in all_of(desk)] == expected


def test_what_is_below_one(desk: Desk) -> None:
    below = all_of(desk, parent="01.01")
    assert [each.code for each in below] == [each.code for each in seed() if each.code.startswith("01.01.")]


def test_each_change_is_a_version_and_the_past_stays(desk: Desk) -> None:
    assert desk.ask(ADD, ADMIN, version=1, code="01.01.77", name="直饮水", keywords=["直饮"]).version == 2
    assert desk.ask(RENAME, ADMIN, version=2, code="01.01.77", name="直饮水机").version == 3
    assert desk.ask(RETIRE, ADMIN, version=3, code="01.01.77").version == 4
    names = [{each.code: each.name for each in all_of(desk, version=version)}.get("01.01.77") for version in (1, 2, 3, 4)]
    assert names == [None, "直饮水", "直饮水机", None]
    assert desk.ask(LIST).version == 4


def test_a_change_is_one_tenants_alone(desk: Desk) -> None:
    desk.ask(RENAME, ADMIN, version=1, code=WATER, name="停水")
    assert desk.register().category_path == "公用事业/供水/停水"
    assert desk.register(DISTRICT_OPERATOR).category_path == "公用事业/供水/停水与爆管抢修"


def test_a_retired_category_is_not_chosen_again_and_a_ticket_keeps_it(desk: Desk) -> None:
    ticket = desk.register()
    desk.ask(RETIRE, ADMIN, version=1, code=WATER)
    with pytest.raises(Refused) as refused:
        desk.register()
    assert refused.value.field == "content.category"
    assert desk.get(ticket).category_path == "公用事业/供水/停水与爆管抢修"


@pytest.mark.parametrize("code", ["01", "01.01", "99.99.99", "water", "01.01.01.01"])
def test_a_ticket_bears_a_present_category_of_the_third_level(desk: Desk, code: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.register(category=code)
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", "content.category")


@pytest.mark.parametrize(
    ("method", "fields", "code", "field"),
    [
        (ADD, {"code": "01.01.01", "name": "又是停水"}, "INVALID_ARGUMENT", "code"),
        (ADD, {"code": "77.01", "name": "没有上级"}, "INVALID_ARGUMENT", "code"),
        (ADD, {"code": "1", "name": "一"}, "INVALID_ARGUMENT", "code"),
        (ADD, {"code": "01.01.01.01", "name": "四级"}, "INVALID_ARGUMENT", "code"),
        (ADD, {"code": "01.01.88", "name": ""}, "INVALID_ARGUMENT", "name"),
        (ADD, {"code": "01.01.88", "name": "水" * 41}, "INVALID_ARGUMENT", "name"),
        (RENAME, {"code": "99", "name": "没有"}, "NOT_FOUND", ""),
        (RETIRE, {"code": "99"}, "NOT_FOUND", ""),
        (RETIRE, {"code": "01.01"}, "INVALID_ARGUMENT", "code"),
        (RETIRE, {"code": "01.01.01", "version": 7}, "ABORTED", ""),
        (LIST, {"version": 9}, "INVALID_ARGUMENT", "version"),
        (LIST, {"page": {"token": "猫"}}, "INVALID_ARGUMENT", "page.token"),
    ],
)
def test_what_does_not_fit_the_tree_is_refused(desk: Desk, method: str, fields: dict[str, Any], code: str, field: str) -> None:
    asked = fields if method == LIST else {"version": 1, **fields}
    with pytest.raises(Refused) as refused:
        desk.ask(method, ADMIN, **asked)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert desk.ask(LIST).version == 1


def test_a_retired_code_is_never_used_again(desk: Desk) -> None:
    desk.ask(RETIRE, ADMIN, version=1, code=WATER)
    with pytest.raises(Refused) as refused:
        desk.ask(ADD, ADMIN, version=2, code=WATER, name="停水")
    assert "不重复使用" in refused.value.message


def test_only_the_tenants_admin_changes_it(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.ask(RETIRE, OPERATOR, version=1, code=WATER)
    assert refused.value.code == "PERMISSION_DENIED"
