"""The door to what a service revealed: `hotline.<service>.v1.RevealService`, for those that reveal anything to people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlalchemy import TextClause

from chassis import reveals
from chassis.reveals import Chosen
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.reveal.v1.reveal_pb2 import Reveal, RevealCount, RevealKind

Rows = Sequence[Mapping[Any, Any]]


def reveal_door(service_name: str, revealed: TextClause, shown_to: Callable[[Tx, Rows], Rows] = lambda _, rows: rows) -> Any:
    """The door of one service. `revealed`: which verbs of its journal show something; `shown_to` leaves out what a reader may not see."""
    pb: Any = import_module(f"hotline.{service_name}.v1.reveals_pb2")

    class RevealDoor:
        """Who was shown what."""

        service = f"hotline.{service_name}.v1.RevealService"

        def ListReveals(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
            """The newest first."""
            chosen = Chosen(request.tenant_id, request.revealed_by, request.subject, request.from_day, request.until_day)
            rows, token = reveals.list_reveals(tx, revealed, chosen, request.page)
            return pb.ListRevealsResponse(reveals=map(_message, shown_to(tx, rows)), next_page_token=token)

        def CountReveals(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
            """The most first."""
            chosen = Chosen(request.tenant_id, from_day=request.from_day, until_day=request.until_day)
            return pb.CountRevealsResponse(counts=map(_count, reveals.count_reveals(tx, revealed, chosen)))

    return RevealDoor


def _message(row: Mapping[Any, Any]) -> Reveal:
    return Reveal(
        at=stamp(row["at"]),
        by=row["by_id"],
        unit_id=row["unit_id"],
        kind=RevealKind.Value(f"REVEAL_KIND_{row['verb'].rpartition('_')[2].upper()}"),
        subject_id=row["subject"],
        reason=json.loads(row["detail"]).get("reason", ""),
        article=row["article"],
    )


def _count(count: reveals.Count) -> RevealCount:
    return RevealCount(by=count.by_id, day=count.day.isoformat(), reveals=count.reveals, stands_out=count.stands_out)
