"""What directory tells of what it owns: snapshots, of which the newest counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from chassis.auth import keep_key, keep_revocation
from chassis.clock import real_now
from chassis.store import Tx
from hotline.directory.v1 import events_pb2
from hotline.options.v1 import options_pb2
from services.directory.rules.people import Person
from services.directory.rules.tenants import Tenant
from services.directory.rules.units import Unit, UnitKind, UnitState
from services.directory.store.calendars import Revision

STATES = {
    UnitState.OPEN: events_pb2.UNIT_STATE_OPEN,
    UnitState.CLOSING: events_pb2.UNIT_STATE_CLOSING,
    UnitState.CLOSED: events_pb2.UNIT_STATE_CLOSED,
}
KINDS = {
    UnitKind.HUB: events_pb2.UNIT_KIND_HUB,
    UnitKind.DEPARTMENT: events_pb2.UNIT_KIND_DEPARTMENT,
    UnitKind.ENTERPRISE: events_pb2.UNIT_KIND_ENTERPRISE,
    UnitKind.DISTRICT: events_pb2.UNIT_KIND_DISTRICT,
    UnitKind.TOWN: events_pb2.UNIT_KIND_TOWN,
}
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def tell_tenant(tx: Tx, tenant: Tenant) -> None:
    """Tell a tenant as it stands."""
    event = events_pb2.TenantChanged(
        tenant_id=tenant.tenant_id,
        name=tenant.name,
        parent_tenant_id=tenant.parent_tenant_id,
        policies=tenant.policies,
        version=tenant.version,
    )
    tx.tell(event, tenant.tenant_id, tenant.version, tenant.tenant_id)


def tell_unit(tx: Tx, unit: Unit) -> None:
    """Tell a unit as it stands."""
    event = events_pb2.UnitChanged(
        unit_id=unit.unit_id,
        tenant_id=unit.tenant_id,
        name=unit.name,
        short_name=unit.short_name,
        parent_id=unit.parent_id,
        kind=KINDS[unit.kind],
        state=STATES[unit.state],
        handling_tenant_id=unit.handling_tenant_id,
        successor_id=unit.successor_id,
        duties=unit.duties,
        version=unit.version,
    )
    tx.tell(event, unit.unit_id, unit.version, unit.tenant_id)


def tell_person(tx: Tx, person: Person) -> None:
    """Tell where a person works and as what; never the name."""
    event = events_pb2.PersonChanged(
        person_id=person.person_id,
        tenant_id=person.tenant_id,
        unit_id=person.unit_id,
        roles=role_numbers(person.roles),
        active=person.active,
        version=person.version,
    )
    tx.tell(event, person.person_id, person.version, person.tenant_id)


def tell_calendar(tx: Tx, revision: Revision) -> None:
    """Tell a tenant's days over the national calendar."""
    days = [
        events_pb2.CalendarDay(date=day.isoformat(), working=ruling.working, reason=ruling.reason)
        for day, ruling in revision.days.all.items()
    ]
    event = events_pb2.CalendarRevised(
        tenant_id=revision.tenant_id,
        revision=revision.revision,
        days=days,
        noticed_years=revision.days.noticed_years,
        version=revision.version,
    )
    tx.tell(event, f"calendar:{revision.tenant_id}", revision.version, revision.tenant_id)


def publish_key(tx: Tx, key_id: str, public_key: str, retired_at: datetime | None, version: int) -> None:
    """Keep and tell the public half of a signing key, and until when it counts."""
    keep_key(tx, key_id, public_key, retired_at, version)
    event = events_pb2.SigningKeyPublished(key_id=key_id, public_key=public_key, version=version)
    if retired_at:
        event.retired_at.FromDatetime(retired_at)
    tx.tell(event, key_id, version)


def revoke_tokens(tx: Tx, subject: str) -> None:
    """Let no token of a person or system that was given before this moment be taken any longer, here or elsewhere."""
    now = real_now()
    version = (now - EPOCH) // MICROSECOND
    keep_revocation(tx, subject, now, version)
    event = events_pb2.TokensRevoked(subject=subject, version=version)
    event.issued_before.FromDatetime(now)
    tx.tell(event, subject, version)


def role_numbers(roles: frozenset[str]) -> list[options_pb2.Role.ValueType]:
    """Roles as the protos number them."""
    return sorted(options_pb2.Role.Value(role) for role in roles)
