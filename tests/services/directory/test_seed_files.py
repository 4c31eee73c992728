"""The directory's seed files are well-formed: whole tree, no dangling reference, nothing twice."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from services.directory.rules.units import UnitKind
from services.directory.seeds import read_seeds

SEED = Path(__file__).parents[3] / "services" / "directory" / "seed"
DISTRICTS: dict[str, Any] = json.loads((SEED / "districts.json").read_text(encoding="utf-8"))
ZONES = {"高新技术产业开发区", "淄博经济开发区", "文昌湖省级旅游度假区"}
GROUPS = {"district": "districts", "department": "departments", "enterprise": "enterprises"}


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SEED / name).read_text(encoding="utf-8"))


def _city_units() -> list[dict[str, Any]]:
    units = list(_toml("units.toml")["unit"])
    for path in sorted((SEED / "units").glob("*.toml")):
        data = _toml(f"units/{path.name}")
        units += [{**data["defaults"], **unit} for unit in data["unit"]]
    return units


def _templates() -> list[dict[str, Any]]:
    data = _toml("templates.toml")
    return [data["district_hub"], data["town"], *data["district_department"]]


def test_districts_json_has_every_district_and_town_once() -> None:
    names = [district["name"] for district in DISTRICTS["districts"]]
    codes = [town["code"] for town in DISTRICTS["towns"]]
    assert len(names) == len(set(names)) == 8
    assert len(codes) == len(set(codes)) == 88
    assert {zone["name"] for zone in DISTRICTS["functional_zones"]} == ZONES
    code_of = {district["name"]: district["code"] for district in DISTRICTS["districts"]}
    for town in DISTRICTS["towns"]:
        assert re.fullmatch(rf"{code_of[town['district']]}\d{{3}}", town["code"])


def test_tenants_are_the_city_and_its_eleven_districts() -> None:
    tenants = _toml("units.toml")["tenant"]
    districts = [tenant for tenant in tenants if tenant["kind"] == "district"]
    assert [tenant["id"] for tenant in tenants if tenant["kind"] == "city"] == ["zibo"]
    assert len(districts) == len({tenant["id"] for tenant in districts}) == 11
    known = {district["name"] for district in DISTRICTS["districts"]} | ZONES
    assert {tenant["district"] for tenant in districts} == known
    assert [t["area"] for t in districts] == ["district"] * 5 + ["county"] * 3 + ["zone"] * 3
    assert {t["root"] for t in districts} == {f"{t['id']}-hub" for t in districts}


def test_city_units_form_one_tree_below_the_hub() -> None:
    units = {unit["id"]: unit for unit in _city_units()}
    assert len(units) == len(_city_units())
    for start in units:
        above = [start]
        while "parent" in units[above[-1]]:
            above.append(units[above[-1]]["parent"])
            assert len(above) == len(set(above)), f"circle at {start}"
        assert above[-1] == "zibo-hub"


def test_city_units_have_unique_names_and_the_group_of_their_kind() -> None:
    units = _city_units()
    for field in ("name", "short"):
        assert len({unit[field] for unit in units}) == len(units)
    for unit in units:
        assert unit["tenant"] == "zibo"
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", unit["id"])
        assert unit.get("group") == GROUPS.get(unit["kind"]), unit["id"]


def test_every_district_unit_is_handled_by_its_tenant() -> None:
    tenants = {t["id"] for t in _toml("units.toml")["tenant"] if t["kind"] == "district"}
    handled = {u["id"]: u["handling_tenant"] for u in _city_units() if u["kind"] == "district"}
    assert handled == {tenant: tenant for tenant in tenants}


def test_duties_are_five_to_fifteen_distinct_phrases() -> None:
    for unit in _city_units() + _templates():
        duties = unit["duties"]
        assert 5 <= len(duties) <= 15, unit["id"]
        assert len(set(duties)) == len(duties), unit["id"]
        assert all(len(duty) >= 3 for duty in duties), unit["id"]


def test_templates_fill_to_ids_that_no_city_unit_has() -> None:
    city = {unit["id"] for unit in _city_units()}
    tenants = [t["id"] for t in _toml("units.toml")["tenant"] if t["kind"] == "district"]
    data = _toml("templates.toml")
    own = [data["district_hub"], *data["district_department"]]
    ids = [row["id"].format(tenant=tenant) for tenant in tenants for row in own]
    ids += [data["town"]["id"].format(code=town["code"]) for town in DISTRICTS["towns"]]
    assert len(ids) == len(set(ids))
    assert not set(ids) & city
    for row in _templates():
        filled = {"tenant": "zhangdian", "name": "张店区", "code": "1", "town": "某镇"}
        assert "{" not in "".join(row[k].format(**filled) for k in ("id", "parent", "name", "short"))


def test_the_citys_districts_are_handled_by_their_tenants() -> None:
    city, *districts = read_seeds()
    handled = {unit.unit_id: unit.handling_tenant_id for unit in city.units if unit.kind is UnitKind.DISTRICT}
    assert set(handled.values()) == {seed.tenant.tenant_id for seed in districts}
