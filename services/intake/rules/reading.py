"""Who may read a ticket (Art. 17): the hub; outside it who holds it; never the party complained about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from regulation.table import Source
from services.intake.rules.ticket import Party, Ticket

HUB_ROLES = frozenset({"ROLE_OPERATOR", "ROLE_DISPATCHER", "ROLE_REVIEWER", "ROLE_CALL_BACK", "ROLE_SUPERVISOR", "ROLE_ASSESSOR"})
OFFICER_ROLES = frozenset({"ROLE_REVIEWER", "ROLE_SUPERVISOR"})
# These read what was said, masked, and never who said it.
_MASKED_ONLY = frozenset({"ROLE_ASSESSOR", "ROLE_PROVINCIAL_PEER"})
HUB = "hub"


class Reading(IntEnum):
    """How much of a ticket somebody may read."""

    HIDDEN = 0
    """Not even that it exists: the party complained about."""
    CLOSED = 1
    """Nothing of it: neither of the hub nor a holder."""
    MASKED = 2
    """The masked text; neither who called nor an attachment."""
    WHOLE = 3
    """The masked text, attachments, and by a reason the caller and the original."""


@dataclass(frozen=True)
class Unit:
    """What is known of a unit here."""

    unit_id: str
    tenant_id: str
    kind: str


@dataclass(frozen=True)
class Reader:
    """Who reads.

    `kin` are the units a complaint about which is one about the reader's: its own, those above it, those merged into
    them, and, for a district's people, the district as the city's unit.
    """

    id: str
    tenant_id: str
    unit_id: str = ""
    roles: frozenset[str] = frozenset()
    kin: tuple[Unit, ...] = ()
    is_peer: bool = False

    @property
    def in_hub(self) -> bool:
        """Of the hotline's own body in its tenant: by role, or by the unit it sits in."""
        return bool(self.roles & HUB_ROLES) or any(unit.unit_id == self.unit_id and unit.kind == HUB for unit in self.kin)


def reading(reader: Reader, ticket: Ticket, holders: Iterable[str] = ()) -> Reading:
    """How much of a ticket a reader may read (Art. 17); `holders` are the units that hold it."""
    if is_party(reader, ticket.parties, ticket.tenant_id):
        return Reading.HIDDEN
    if reader.is_peer or reader.roles == {"ROLE_PROVINCIAL_PEER"}:
        return Reading.MASKED if ticket.source is Source.PROVINCIAL else Reading.CLOSED
    if reader.in_hub and reader.tenant_id in (ticket.tenant_id, ticket.handling_tenant_id):
        return Reading.MASKED if reader.roles <= _MASKED_ONLY and reader.roles else Reading.WHOLE
    if reader.unit_id and reader.unit_id in holders:
        return Reading.WHOLE
    # A city's supervisor or assessor on a district's own ticket: the row is seen, the caller never.
    return Reading.MASKED if reader.in_hub else Reading.CLOSED


def is_party(reader: Reader, parties: Iterable[Party], owner: str) -> bool:
    """Whether a reader is, or belongs to, the party complained about.

    A hub receives and keeps complaints about itself: there only who is named in person is kept out.
    """
    own = {unit.unit_id for unit in reader.kin if unit.kind != HUB or unit.tenant_id != owner}
    if reader.unit_id and not reader.kin:
        own = {reader.unit_id}
    return any((party.person_id and party.person_id == reader.id) or party.unit_id in own for party in parties)
