"""What a district's file asks for, as requests of the API that lack only what is known once it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.directory.v1 import events_pb2 as events
from hotline.directory.v1 import people_pb2 as people
from hotline.directory.v1 import systems_pb2 as systems
from hotline.directory.v1 import tenants_pb2 as tenants
from hotline.directory.v1 import units_pb2 as units
from hotline.notify.v1 import templates_pb2 as templates

HUB = "hub"


@dataclass(frozen=True)
class UnitWanted:
    """A unit; `key` and `parent` are names within the file, `HUB` that of the tenant's hub."""

    key: str
    parent: str
    request: units.AddUnitRequest


@dataclass(frozen=True)
class PersonWanted:
    """Somebody of a unit, by its key."""

    unit: str
    request: people.AddPersonRequest


@dataclass(frozen=True)
class SystemWanted:
    """A system that acts for a unit, by its key."""

    unit: str
    request: systems.AddSystemRequest


@dataclass(frozen=True)
class Plan:
    """A district: units stand after their parents."""

    tenant: tenants.AddTenantRequest
    units: Sequence[UnitWanted] = ()
    people: Sequence[PersonWanted] = ()
    systems: Sequence[SystemWanted] = ()
    days: Sequence[events.CalendarDay] = ()
    templates: Sequence[templates.PublishTemplateRequest] = ()
