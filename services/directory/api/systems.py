"""SystemService."""

from __future__ import annotations

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.directory.v1 import systems_pb2 as pb
from services.directory.actions import systems as actions
from services.directory.actions.loading import own_system
from services.directory.actions.systems import SystemKey, key_of
from services.directory.actions.telling import role_numbers
from services.directory.api.reading import role_names
from services.directory.rules.people import System
from services.directory.store.people import system_of
from services.directory.store.tables import system_keys, systems


class SystemDoor:
    """Tenants' systems and their keys."""

    service = "hotline.directory.v1.SystemService"

    def AddSystem(self, request: pb.AddSystemRequest, tx: Tx) -> pb.AddSystemResponse:
        """With its first key."""
        system, key = actions.add_system(tx, request.unit_id, request.name, role_names(request.roles))
        return pb.AddSystemResponse(system=system_message(system), key=key)

    def RotateSystemKey(self, request: pb.RotateSystemKeyRequest, tx: Tx) -> pb.RotateSystemKeyResponse:
        """Another key."""
        system_key, key = actions.rotate_system_key(tx, request.system_id, request.overlap_hours)
        return pb.RotateSystemKeyResponse(system_key=key_message(system_key), key=key)

    def RevokeSystemKey(self, request: pb.RevokeSystemKeyRequest, tx: Tx) -> pb.RevokeSystemKeyResponse:
        """At once."""
        return pb.RevokeSystemKeyResponse(system_key=key_message(actions.revoke_system_key(tx, request.key_id, request.reason)))

    def DeactivateSystem(self, request: pb.DeactivateSystemRequest, tx: Tx) -> pb.DeactivateSystemResponse:
        """With all its keys."""
        system = actions.deactivate_system(tx, request.system_id, request.version, request.reason)
        return pb.DeactivateSystemResponse(system=system_message(system))

    def GetSystem(self, request: pb.GetSystemRequest, tx: Tx) -> pb.GetSystemResponse:
        """Of the caller's tenant."""
        return pb.GetSystemResponse(system=system_message(own_system(tx, request.system_id)))

    def ListSystems(self, request: pb.ListSystemsRequest, tx: Tx) -> pb.ListSystemsResponse:
        """Of the caller's tenant."""
        chosen = tx.select(systems).where(systems.c.tenant_id == tx.by.tenant_id)
        rows, token = tx.page(chosen, (systems.c.system_id,), request.page)
        return pb.ListSystemsResponse(systems=[system_message(system_of(row)) for row in rows], next_page_token=token)

    def ListSystemKeys(self, request: pb.ListSystemKeysRequest, tx: Tx) -> pb.ListSystemKeysResponse:
        """Of one system, without their secrets."""
        system = own_system(tx, request.system_id)
        chosen = tx.select(system_keys).where(system_keys.c.system_id == system.system_id)
        rows, token = tx.page(chosen, (system_keys.c.key_id,), request.page)
        return pb.ListSystemKeysResponse(system_keys=[key_message(key_of(row)) for row in rows], next_page_token=token)


def system_message(system: System) -> pb.System:
    """A system as it is answered."""
    return pb.System(
        system_id=system.system_id,
        tenant_id=system.tenant_id,
        unit_id=system.unit_id,
        name=system.name,
        roles=role_numbers(system.roles),
        active=system.active,
        version=system.version,
    )


def key_message(key: SystemKey) -> pb.SystemKey:
    """A key as it is answered."""
    return pb.SystemKey(
        key_id=key.key_id,
        system_id=key.system_id,
        issued_at=stamp(key.issued_at),
        expires_at=stamp(key.expires_at),
        revoked_at=stamp(key.revoked_at),
    )
