"""A district's file: the example is whole, and each fault is told with where it stands."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chassis.errors import Unusable
from services.gateway.onboarding.__main__ import main
from services.gateway.onboarding.keeping import FIRST, Kept
from services.gateway.onboarding.reading import Faults, read_plan

EXAMPLE = (Path(__file__).parents[3] / "docs" / "district.toml").read_text(encoding="utf-8")


def test_the_example_is_whole_and_its_units_stand_after_their_parents() -> None:
    plan = read_plan(EXAMPLE)
    assert [unit.key for unit in plan.units] == ["housing", "qianjin", "property"]
    assert (len(plan.people), len(plan.systems), len(plan.days), len(plan.templates)) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "双林区"\n', "", "tenant.name：不能为空"),
        ("[tenant]", "[region]", "缺少 [tenant]"),
        ("[[units]]\n", "[[unit]]\n", "没有名为 unit 的项"),
        ('kind = "town"', 'kind = "village"', "units[3].kind：没有“village”，可用 department"),
        ('parent = "housing"', 'parent = "property"', "property）.parent：property 不是本文件中的单位，或互为上下级"),
        ('unit = "housing"', 'unit = "housings"', "people[2].unit：[[units]] 中没有 key 为 housings 的单位"),
        ('roles = ["handler", "unit_lead"]', "roles = []", "people[2].roles：请至少写一个角色"),
        ('roles = ["handler", "unit_lead"]', 'roles = ["boss"]', "people[2].roles：没有“boss”"),
        ('login = "zhujian"', 'login = "Paidan"', "登录名：paidan 出现了不止一次"),
        ('login = "zhujian"', 'login = "住建"', "people[2].login：只能由字母"),
        ("date = 2027-03-01", 'date = "2027-3-1"', "days[1].date：应为"),
        ("date = 2027-03-01", "", "days[1]：缺少 date"),
        ("working = false", 'working = "no"', "days[1]：有的项不是所要求的类型"),
        ('channel = "inapp"', 'channel = "fax"', "templates[1].channel：没有“fax”"),
        ('key = "qianjin"', 'key = "housing"', "units 的 key：housing 出现了不止一次"),
        ("[[days]]", "[days]", "days：应写成 [[days]]"),
        ("[tenant]", "[tenant", "不是有效的 TOML 文件"),
    ],
)
def test_a_fault_is_told_with_where_it_stands(before: str, after: str, told: str) -> None:
    assert before in EXAMPLE
    with pytest.raises(Faults) as found:
        read_plan(EXAMPLE.replace(before, after))
    assert told in "\n".join(found.value.lines)


def test_every_fault_is_told_at_once_and_nobody_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "district.toml"
    file.write_text(EXAMPLE.replace('kind = "town"', 'kind = "village"').replace('channel = "inapp"', 'channel = "fax"'))
    with pytest.raises(Unusable) as refused:
        main([str(file), "--door", "127.0.0.1:1"])
    assert [word in str(refused.value) for word in ("village", "fax", "未作任何改动")] == [True] * 3
    assert list(tmp_path.iterdir()) == [file]


def test_passwords_are_kept_for_oneself_and_the_same_in_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "district.secrets.json"
    kept = Kept(file, "shuanglin")
    first, other = kept.administrators(FIRST, "admin"), kept.password_of("paidan")
    assert first != other
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = Kept(file, "shuanglin")
    assert (again.administrators(FIRST, "admin"), again.password_of("paidan")) == (first, other)
    with pytest.raises(Unusable, match="shuanglin"):
        Kept(file, "zichuan")
