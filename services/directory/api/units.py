"""UnitService."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import RowMapping

from chassis.errors import Invalid
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.directory.v1 import units_pb2 as pb
from services.directory.actions import units as actions
from services.directory.actions.loading import seen_unit
from services.directory.actions.telling import KINDS, STATES
from services.directory.actions.units import Edit
from services.directory.api.reading import readable_tenant
from services.directory.rules.units import Unit, UnitKind, UnitState
from services.directory.store.tables import unit_history, units
from services.directory.store.units import open_orders, unit_of

KIND_OF: dict[int, UnitKind] = {number: kind for kind, number in KINDS.items()}
STATE_OF: dict[int, UnitState] = {number: state for state, number in STATES.items()}


class _Editing(Protocol):
    unit_id: str
    version: int
    reason: str


class UnitDoor:
    """Undertaking units."""

    service = "hotline.directory.v1.UnitService"

    def AddUnit(self, request: pb.AddUnitRequest, tx: Tx) -> pb.AddUnitResponse:
        """Below one's own."""
        if not request.kind:
            raise Invalid("kind", "请选择单位的类别")
        unit = actions.add_unit(
            tx,
            request.parent_id,
            name=request.name,
            short_name=request.short_name,
            kind=KIND_OF[request.kind],
            duties=tuple(request.duties),
            reason=request.reason,
        )
        return pb.AddUnitResponse(unit=unit_message(unit))

    def RenameUnit(self, request: pb.RenameUnitRequest, tx: Tx) -> pb.RenameUnitResponse:
        """Its past keeps the old name."""
        unit = actions.rename_unit(tx, _edit(request), request.name, request.short_name)
        return pb.RenameUnitResponse(unit=unit_message(unit))

    def MoveUnit(self, request: pb.MoveUnitRequest, tx: Tx) -> pb.MoveUnitResponse:
        """Below another."""
        return pb.MoveUnitResponse(unit=unit_message(actions.move_unit(tx, _edit(request), request.parent_id)))

    def SetDuties(self, request: pb.SetDutiesRequest, tx: Tx) -> pb.SetDutiesResponse:
        """All at once."""
        return pb.SetDutiesResponse(unit=unit_message(actions.set_duties(tx, _edit(request), tuple(request.duties))))

    def BeginClosingUnit(self, request: pb.BeginClosingUnitRequest, tx: Tx) -> pb.BeginClosingUnitResponse:
        """No new order from now on."""
        unit = actions.begin_closing_unit(tx, _edit(request))
        return pb.BeginClosingUnitResponse(unit=unit_message(unit), open_orders=open_orders(tx, unit.unit_id))

    def KeepUnit(self, request: pb.KeepUnitRequest, tx: Tx) -> pb.KeepUnitResponse:
        """Takes a begun closing back."""
        return pb.KeepUnitResponse(unit=unit_message(actions.keep_unit(tx, _edit(request))))

    def CloseUnit(self, request: pb.CloseUnitRequest, tx: Tx) -> pb.CloseUnitResponse:
        """Once nothing hangs on it."""
        return pb.CloseUnitResponse(unit=unit_message(actions.close_unit(tx, _edit(request))))

    def MergeUnit(self, request: pb.MergeUnitRequest, tx: Tx) -> pb.MergeUnitResponse:
        """Into its successor."""
        unit, successor = actions.merge_unit(tx, _edit(request), request.successor_id)
        return pb.MergeUnitResponse(unit=unit_message(unit), successor=unit_message(successor))

    def GetUnit(self, request: pb.GetUnitRequest, tx: Tx) -> pb.GetUnitResponse:
        """One that the caller may see."""
        unit = seen_unit(tx, request.unit_id)
        return pb.GetUnitResponse(unit=unit_message(unit), open_orders=open_orders(tx, unit.unit_id))

    def ListUnits(self, request: pb.ListUnitsRequest, tx: Tx) -> pb.ListUnitsResponse:
        """Of one tenant."""
        chosen = tx.select(units).where(units.c.tenant_id == readable_tenant(tx, request.tenant_id))
        if request.parent_id:
            seen_unit(tx, request.parent_id)
            chosen = chosen.where(units.c.parent_id == request.parent_id)
        if request.kind:
            chosen = chosen.where(units.c.kind == KIND_OF[request.kind])
        if request.state:
            chosen = chosen.where(units.c.state == STATE_OF[request.state])
        rows, token = tx.page(chosen, (units.c.unit_id,), request.page)
        return pb.ListUnitsResponse(units=[unit_message(unit_of(row)) for row in rows], next_page_token=token)

    def ListUnitHistory(self, request: pb.ListUnitHistoryRequest, tx: Tx) -> pb.ListUnitHistoryResponse:
        """Newest first."""
        seen_unit(tx, request.unit_id)
        past = tx.select(unit_history).where(unit_history.c.unit_id == request.unit_id)
        rows, token = tx.page(past, (unit_history.c.version.desc(),), request.page)
        return pb.ListUnitHistoryResponse(past=[past_message(row) for row in rows], next_page_token=token)


def unit_message(unit: Unit) -> pb.Unit:
    """A unit as it is answered."""
    return pb.Unit(
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


def past_message(row: RowMapping) -> pb.UnitPast:
    """A page of a unit's past."""
    unit = unit_message(unit_of(row["unit"]))
    return pb.UnitPast(unit=unit, verb=row["verb"], reason=row["reason"], by=row["by_id"], at=stamp(row["at"]))


def _edit(request: _Editing) -> Edit:
    return Edit(request.unit_id, request.version, request.reason)
