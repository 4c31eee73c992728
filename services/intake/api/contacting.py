"""How callers are reached, and the stop list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.enums import number_of, word_of
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.intake.v1 import contacts_pb2 as pb
from services.intake.actions import contacting


class ContactDoor:
    """For notify's link alone."""

    service = "hotline.intake.v1.ContactService"

    def ResolveContact(self, request: pb.ResolveContactRequest, tx: Tx) -> pb.ResolveContactResponse:
        """Art. 17: to be kept in memory."""
        state, phone, language = contacting.resolve_contact(tx, request.ticket_id, request.purpose, request.message_id)
        return pb.ResolveContactResponse(state=number_of(pb.ContactState.DESCRIPTOR, state), phone=phone, language=language)


class StopDoor:
    """The stop list (停止联系名单)."""

    service = "hotline.intake.v1.StopService"

    def StopNumber(self, request: pb.StopNumberRequest, tx: Tx) -> pb.StopNumberResponse:
        """Leave it alone."""
        reason = word_of(pb.StopReason.DESCRIPTOR, request.reason)
        return pb.StopNumberResponse(stop=_message(contacting.stop_number(tx, request.phone, reason)))

    def ReleaseNumber(self, request: pb.ReleaseNumberRequest, tx: Tx) -> pb.ReleaseNumberResponse:
        """It may be reached again."""
        contacting.release_number(tx, request.phone)
        return pb.ReleaseNumberResponse()

    def ListStops(self, request: pb.ListStopsRequest, tx: Tx) -> pb.ListStopsResponse:
        """Without numbers."""
        found, token = contacting.list_stops(tx, request.page)
        return pb.ListStopsResponse(stops=map(_message, found), next_page_token=token)


def _message(row: Mapping[Any, Any]) -> pb.Stop:
    return pb.Stop(stop_id=row["stop_id"], reason=number_of(pb.StopReason.DESCRIPTOR, row["reason"]), at=stamp(row["at"]), by=row["by"])
