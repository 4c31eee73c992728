"""Art. 17: whoever is complained about, or is of or under such a unit, sees neither the call nor that it counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from chassis.store import Tx
from services.assessment.store.calls import parties
from services.assessment.store.copies import HUB
from services.assessment.store.tables import units

Reader = frozenset[str]
"""A person with the units a complaint about which is one about it."""


def reader_of(tx: Tx) -> Reader:
    """Whoever asks: itself, its unit, what stands above that in its tenant, what merged into these, and the district as the city's unit.

    A hub receives and keeps complaints about itself: there only who is named in person is kept out.
    """
    by = tx.by
    near = or_(units.c.tenant_id == by.tenant_id, units.c.handling_tenant_id == by.tenant_id)
    begin = or_(units.c.unit_id == by.unit_id, units.c.handling_tenant_id == by.tenant_id)
    columns = (units.c.unit_id, units.c.kind, units.c.parent_id)
    kin = tx.select(units, *columns).where(near, begin).cte("kin", recursive=True)
    nearer = or_(units.c.unit_id == kin.c.parent_id, units.c.successor_id == kin.c.unit_id)
    kin = kin.union(tx.select(units, *columns).join(kin, nearer).where(near))
    found = {row["unit_id"]: row["kind"] for row in tx.all(select(kin.c.unit_id, kin.c.kind))} or {by.unit_id: ""}
    return frozenset({by.id, *(unit_id for unit_id, kind in found.items() if kind != HUB)})


def is_open_to(reader: Reader, ticket_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a ticket complains about nobody of these."""
    about = (parties.c.ticket_id == ticket_id) & parties.c.party.in_(sorted(reader))
    return ~exists(select(parties.c.ticket_id).where(about))
