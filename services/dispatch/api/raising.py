"""UrgencyService."""

from __future__ import annotations

from chassis.store import Tx
from hotline.dispatch.v1 import urgencies_pb2 as pb
from regulation.urgency import UrgentKind
from services.dispatch.actions import raising
from services.dispatch.api.translating import seen, shown
from services.dispatch.words import word_of


class UrgencyDoor:
    """紧急工单."""

    service = "hotline.dispatch.v1.UrgencyService"

    def Upgrade(self, request: pb.UpgradeRequest, tx: Tx) -> pb.UpgradeResponse:
        """升级为紧急工单."""
        order = raising.upgrade(tx, seen(request), word_of(UrgentKind, request.urgent_kind), request.reason)
        return pb.UpgradeResponse(order=shown(tx, order))

    def Downgrade(self, request: pb.DowngradeRequest, tx: Tx) -> pb.DowngradeResponse:
        """降为普通工单."""
        return pb.DowngradeResponse(order=shown(tx, raising.downgrade(tx, seen(request), request.reason)))
