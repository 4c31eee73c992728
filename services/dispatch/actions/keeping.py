"""What directory and sla told, kept as it was told: the newest counts, in whatever order it came."""

from __future__ import annotations

from typing import Any

from chassis.store import Tx
from services.dispatch.store.tables import orders
from services.dispatch.store.told import people, tenants, units, urgings


def keep_tenant(tx: Tx, values: dict[str, Any]) -> None:
    """A tenant with its policies."""
    _keep(tx, tenants, "tenant_id", values)


def keep_unit(tx: Tx, values: dict[str, Any]) -> None:
    """A unit's place, kind and state."""
    _keep(tx, units, "unit_id", values)


def keep_person(tx: Tx, values: dict[str, Any]) -> None:
    """Where somebody works, and whether the account is active."""
    _keep(tx, people, "person_id", values)


def keep_light(tx: Tx, order_id: str, light: str, version: int) -> None:
    """The order's light as sla turned it last. It is no verb: the order's own version stays."""
    own = orders.c
    newer = (own.order_id == order_id) & (own.light_version < version)
    tx.run(tx.update(orders).where(newer).values(light=light, light_version=version))


def keep_urging(tx: Tx, urging_id: str, values: dict[str, Any], voided_reason: str | None, version: int) -> None:
    """An urging, and whether it is void by the newest that was told: one voided for news that came late may be issued again."""
    tx.put(urgings, ("urging_id",), {"urging_id": urging_id, **values})
    newer = (urgings.c.urging_id == urging_id) & (urgings.c.version < version)
    tx.run(tx.update(urgings).where(newer).values(voided_reason=voided_reason, version=version))


def _keep(tx: Tx, table: Any, key: str, values: dict[str, Any]) -> None:
    with tx.acting_for(values["tenant_id"]) as owner:
        owner.put(table, (key,), values, newer="version")
