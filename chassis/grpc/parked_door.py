"""The door that every service has to what it could not handle: `hotline.<service>.v1.ParkedService`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from chassis import parking
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.parked.v1.parked_pb2 import ParkedMessage


def parked_door(service_name: str) -> Any:
    """The door of one service. Its requests and answers are the service's own, of the same fields in each."""
    pb: Any = import_module(f"hotline.{service_name}.v1.parked_pb2")

    class ParkedDoor:
        """What was parked."""

        service = f"hotline.{service_name}.v1.ParkedService"

        def ListParkedMessages(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
            """The longest parked first."""
            rows, token = parking.list_parked(tx, request.page, request.type)
            return pb.ListParkedMessagesResponse(messages=map(_message, rows), next_page_token=token, waiting=parking.count_waiting(tx))

        def SendParkedAgain(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
            """From now on."""
            parking.send_again(tx, request.message_id)
            return pb.SendParkedAgainResponse()

        def SendAllParkedAgain(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
            """The longest parked first."""
            return pb.SendAllParkedAgainResponse(sent=parking.send_all_again(tx, request.type))

        def DropParkedMessage(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
            """For good."""
            parking.drop(tx, request.message_id, request.reason)
            return pb.DropParkedMessageResponse()

    return ParkedDoor


def _message(row: Mapping[Any, Any]) -> ParkedMessage:
    """Of what it tells only what it is about and when, which the envelope says."""
    return ParkedMessage(
        message_id=row["event_id"],
        tenant_id=row["tenant_id"],
        source=row["source"],
        type=row["type"],
        key=row["told"]["aggregate"],
        reason=row["error"],
        attempts=row["tries"],
        told_at=stamp(datetime.fromisoformat(row["told"]["at"])),
        parked_at=stamp(row["parked_at"]),
    )
