"""Words of the wire and of directory for the same things, and whose rows a list may read."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.errors import Missing
from chassis.store import Tx
from hotline.options.v1 import options_pb2


def readable_tenant(tx: Tx, tenant_id: str) -> str:
    """The tenant asked for, or else the caller's own. Raises Missing for one the caller may not read."""
    if tenant_id and tenant_id not in tx.by.reads:
        raise Missing(f"没有编号为 {tenant_id} 的租户，或您无权查看")
    return tenant_id or tx.by.tenant_id


def role_names(numbers: Iterable[options_pb2.Role.ValueType]) -> frozenset[str]:
    """Roles by their proto names."""
    return frozenset(options_pb2.Role.Name(number) for number in numbers)
