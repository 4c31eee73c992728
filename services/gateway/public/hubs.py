"""Whom callers may turn to: the city, and the districts that a matter may be in."""

from __future__ import annotations

import time

from hotline.directory.v1 import tenants_pb2 as pb
from services.gateway.calls import Calls

LIST = "hotline.directory.v1.TenantService/ListTenants"
NOBODYS = ""
# Tenants come and go by the year.
FRESH_SECONDS = 60.0
PAGE = 200


class Hubs:
    """The tenants as directory told them a moment ago."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._tenants: list[pb.Tenant] = []
        self._until = 0.0

    async def city(self) -> pb.Tenant:
        """Who takes what callers say: the first by its id of the tenants that have none above them. Raises grpc.RpcError, LookupError."""
        for tenant in await self._all():
            if not tenant.parent_tenant_id:
                return tenant
        raise LookupError("no city")

    async def districts(self) -> list[tuple[str, str]]:
        """The ids and names of the city's districts. Raises as `city` does."""
        city = await self.city()
        return [(each.tenant_id, each.name) for each in await self._all() if each.parent_tenant_id == city.tenant_id]

    async def has(self, tenant_id: str) -> bool:
        """Whether there is such a tenant. Raises grpc.RpcError."""
        return any(each.tenant_id == tenant_id for each in await self._all())

    async def _all(self) -> list[pb.Tenant]:
        if time.monotonic() > self._until:
            request = pb.ListTenantsRequest()
            request.page.size = PAGE
            self._tenants = list((await self._calls.ask_for(NOBODYS, LIST, request, pb.ListTenantsResponse)).tenants)
            self._until = time.monotonic() + FRESH_SECONDS
        return self._tenants
