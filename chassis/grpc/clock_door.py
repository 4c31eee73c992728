"""Moves the clock of a demo or test instance, for whoever plays into it from outside."""

from __future__ import annotations

from datetime import UTC

from chassis.clock import FURTHEST, VirtualClock
from chassis.errors import Denied, Invalid
from chassis.store import Tx
from hotline.clock.v1 import clock_pb2 as pb


class ClockDoor:
    """Served only where the clock is virtual."""

    service = "hotline.clock.v1.ClockService"

    def GetClock(self, _request: pb.GetClockRequest, tx: Tx) -> pb.GetClockResponse:  # noqa: N802 - the RPC's name
        """The instant it is."""
        answer = pb.GetClockResponse()
        answer.now.FromDatetime(tx.now)
        return answer

    def MoveClock(self, request: pb.MoveClockRequest, tx: Tx) -> pb.MoveClockResponse:  # noqa: N802 - the RPC's name
        """Move forward. Raises Denied where time is real, Invalid for an instant beyond every calendar."""
        clock = tx.store.clock
        if not isinstance(clock, VirtualClock):
            raise Denied("本实例使用真实时间，不能拨动")
        answer = pb.MoveClockResponse()
        try:
            answer.now.FromDatetime(clock.move_to(request.to.ToDatetime(UTC)))
        except ValueError:
            raise Invalid("to", f"to：不能拨到 {FURTHEST.year} 年以后") from None
        return answer
