"""TenantService."""

from __future__ import annotations

from chassis.errors import Missing
from chassis.store import Tx
from hotline.directory.v1 import tenants_pb2 as pb
from services.directory.actions.districts import Admin, District, add_tenant
from services.directory.actions.tenants import set_policies
from services.directory.api.people import person_message
from services.directory.api.reading import readable_tenant
from services.directory.api.units import unit_message
from services.directory.rules.people import ADMIN
from services.directory.rules.tenants import Tenant
from services.directory.store.tables import tenants
from services.directory.store.tenants import districts_of, load_tenant, tenant_of


class TenantDoor:
    """The city and its districts."""

    service = "hotline.directory.v1.TenantService"

    def GetTenant(self, request: pb.GetTenantRequest, tx: Tx) -> pb.GetTenantResponse:
        """One that the caller may read."""
        tenant = load_tenant(tx, readable_tenant(tx, request.tenant_id))
        if tenant is None:
            raise Missing(f"没有编号为 {request.tenant_id} 的租户，请核对后重试")
        return pb.GetTenantResponse(tenant=tenant_message(tenant))

    def ListTenants(self, request: pb.ListTenantsRequest, tx: Tx) -> pb.ListTenantsResponse:
        """All that the caller may read, for the city's administrator also one just added; to the gateway none is a secret."""
        readable = tx.select(tenants)
        if tx.by.kind != "peer":
            added = districts_of(tx, tx.by.tenant_id) if ADMIN in tx.by.roles else ()
            readable = readable.where(tenants.c.tenant_id.in_({*tx.by.reads, *added}))
        rows, token = tx.page(readable, (tenants.c.tenant_id,), request.page)
        return pb.ListTenantsResponse(tenants=[tenant_message(tenant_of(row)) for row in rows], next_page_token=token)

    def AddTenant(self, request: pb.AddTenantRequest, tx: Tx) -> pb.AddTenantResponse:
        """A district of the caller's city."""
        district = District(request.tenant_id, request.name, request.unit_name, request.hub_name, tuple(request.duties))
        added = add_tenant(tx, district, Admin(request.login, request.person_name, request.password), request.reason)
        return pb.AddTenantResponse(
            tenant=tenant_message(added.tenant),
            unit=unit_message(added.unit),
            hub=unit_message(added.hub),
            administrator=person_message(added.admin),
        )

    def SetPolicies(self, request: pb.SetPoliciesRequest, tx: Tx) -> pb.SetPoliciesResponse:
        """The caller's tenant's choices."""
        tenant = set_policies(tx, request.version, dict(request.policies), request.reason)
        return pb.SetPoliciesResponse(tenant=tenant_message(tenant))


def tenant_message(tenant: Tenant) -> pb.Tenant:
    """A tenant as it is answered."""
    return pb.Tenant(
        tenant_id=tenant.tenant_id,
        name=tenant.name,
        parent_tenant_id=tenant.parent_tenant_id,
        policies=tenant.policies,
        version=tenant.version,
    )
