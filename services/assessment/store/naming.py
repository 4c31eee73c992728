"""What categories, districts and units are called: as tickets and directory told."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.store import Tx
from services.assessment.store.reported import category_names
from services.assessment.store.tables import units


def keep_names(tx: Tx, told: Mapping[str, str]) -> None:
    """Categories by their codes; the name told last stays."""
    known = {row["code"]: row["name"] for row in tx.rows_among(category_names, "code", sorted(told)) if row["tenant_id"] == tx.by.tenant_id}
    for code in sorted(code for code, name in told.items() if known.get(code) != name):
        tx.put(category_names, ("tenant_id", "code"), {"tenant_id": tx.by.tenant_id, "code": code, "name": told[code]})


def categories_of(tx: Tx) -> dict[str, str]:
    """Names by code."""
    return {row["code"]: row["name"] for row in tx.rows(category_names, tenant_id=tx.by.tenant_id)}


def units_of(tx: Tx) -> dict[str, str]:
    """Names of the tenant's units by their ids; of districts also by the tenant that answers for them, as places name them."""
    rows = tx.all(tx.select(units, units.c.unit_id, units.c.handling_tenant_id, units.c.name).where(units.c.tenant_id == tx.by.tenant_id))
    districts = {row["handling_tenant_id"]: row["name"] for row in rows if row["handling_tenant_id"]}
    return {**districts, **{row["unit_id"]: row["name"] for row in rows}}
