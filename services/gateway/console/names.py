"""What units are called, and which may be chosen: directory's, remembered for a minute for each tenant that somebody reads."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

from hotline.directory.v1 import units_pb2 as pb
from hotline.directory.v1.events_pb2 import UNIT_STATE_OPEN
from hotline.ticket.v1 import ticket_pb2 as shared
from services.gateway.calls import Calls
from services.gateway.console.sessions import Session

METHOD = "hotline.directory.v1.UnitService/ListUnits"
KEPT_SECONDS = 60.0
AT_ONCE = 200


@dataclass(frozen=True)
class Units:
    """Those of a tenant: all by their names, and the open ones, in directory's order, as a form offers them."""

    names: dict[str, str]
    open: tuple[tuple[str, str], ...]


class Names:
    """Asks directory once a minute."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._kept: dict[str, tuple[float, Units]] = {}

    async def units_for(self, session: Session) -> Units:
        """Those of the tenant of whoever asks. Raises grpc.RpcError."""
        until, units = self._kept.get(session.tenant_id, (0.0, None))
        if units is None or monotonic() > until:
            units = await self._asked(session)
            self._kept[session.tenant_id] = (monotonic() + KEPT_SECONDS, units)
        return units

    async def _asked(self, session: Session) -> Units:
        found: list[Any] = []
        token = ""
        while True:
            asked = pb.ListUnitsRequest(page=shared.Page(size=AT_ONCE, token=token))
            answer = await self._calls.ask(session.token, METHOD, asked, pb.ListUnitsResponse)
            found += answer.units
            if not (token := answer.next_page_token):
                break
        open_ones = tuple((unit.unit_id, unit.name) for unit in found if unit.state == UNIT_STATE_OPEN)
        return Units({unit.unit_id: unit.name for unit in found}, open_ones)
