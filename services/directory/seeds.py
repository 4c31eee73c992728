"""Reads the seed: the city and its districts, and the units of each (seed/README.md says what is to be verified)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.directory.rules.tenants import Tenant
from services.directory.rules.units import Unit, UnitKind

SEED = Path(__file__).parent / "seed"


@dataclass(frozen=True)
class Seed:
    """A tenant as it starts: its hub first, then every other unit after its parent."""

    tenant: Tenant
    hub_id: str
    units: tuple[Unit, ...]


def read_seeds() -> tuple[Seed, ...]:
    """The city, then its districts."""
    city_units = tuple(_city_units())
    templates, towns = _toml("templates.toml"), _towns()
    seeds = []
    for row in _toml("units.toml")["tenant"]:
        tenant = Tenant(row["id"], row["name"], row.get("parent", ""))
        if tenant.is_city:
            units = tuple(unit for unit in city_units if unit.tenant_id == tenant.tenant_id)
        else:
            units = tuple(_district_units(tenant, templates, towns.get(row["district"], ())))
        seeds.append(Seed(tenant, row["root"], _parents_first(units)))
    return tuple(sorted(seeds, key=lambda seed: bool(seed.tenant.parent_tenant_id)))


def _parents_first(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    parents = {unit.unit_id: unit.parent_id for unit in units}

    def depth(unit_id: str) -> int:
        return 1 + depth(parents[unit_id]) if unit_id in parents else 0

    return tuple(sorted(units, key=lambda unit: depth(unit.unit_id)))


def _city_units() -> Iterator[Unit]:
    yield from (_unit(row) for row in _toml("units.toml")["unit"])
    for file in sorted((SEED / "units").glob("*.toml")):
        data = _toml(f"units/{file.name}")
        yield from (_unit({**data["defaults"], **row}) for row in data["unit"])


def _district_units(tenant: Tenant, templates: Mapping[str, Any], towns: tuple[Mapping[str, str], ...]) -> Iterator[Unit]:
    words = {"tenant": tenant.tenant_id, "name": tenant.name}
    for template in (templates["district_hub"], *templates["district_department"]):
        yield _unit({**_filled(template, words), "tenant": tenant.tenant_id})
    for town in towns:
        yield _unit({**_filled(templates["town"], {**words, "code": town["code"], "town": town["name"]}), "tenant": tenant.tenant_id})


def _filled(template: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    return {key: value.format(**words) if isinstance(value, str) else value for key, value in template.items()}


def _towns() -> dict[str, tuple[Mapping[str, str], ...]]:
    data = json.loads((SEED / "districts.json").read_text(encoding="utf-8"))
    names = {town["district"] for town in data["towns"]}
    return {name: tuple(town for town in data["towns"] if town["district"] == name) for name in names}


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        unit_id=row["id"],
        tenant_id=row["tenant"],
        name=row["name"],
        short_name=row["short"],
        parent_id=row.get("parent", ""),
        kind=UnitKind(row["kind"]),
        handling_tenant_id=row.get("handling_tenant", ""),
        duties=tuple(row["duties"]),
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SEED / name).read_text(encoding="utf-8"))
