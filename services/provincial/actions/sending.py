"""The link's part in telling the province: what it has in hand, with its files, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis import journal
from chassis.store import Tx
from services.provincial.lifecycle import FeedbackKind, FeedbackState
from services.provincial.rules.delivery import Outcome, after
from services.provincial.store import feedback, keeping
from services.provincial.wire import File

RECORD = "10"


@dataclass(frozen=True)
class Claimed:
    """Something to be told, in hand."""

    row: Mapping[Any, Any]
    files: tuple[File, ...]


def claim(tx: Tx, province: str, limit: int) -> list[Claimed]:
    """What may be told now. What is claimed and never noted is claimed again after `delivery.CLAIM`."""
    rows = feedback.claim(tx, province, limit)
    return [Claimed(row, _files(tx, row)) for row in rows]


def end(tx: Tx, claimed: Claimed, outcome: Outcome, reason: str) -> None:
    """Note what came of a try. A late word of one that has ended changes nothing."""
    row = claimed.row
    following = after(outcome, row["tries"] + 1)
    if feedback.end(tx, row, following, reason) and following.state is not FeedbackState.QUEUED:
        detail = {"number": row["number"], "kind": row["kind"], "state": following.state.value, "reason": reason}
        journal.append(tx, row["ticket_id"], "tell_province", RECORD, detail)


def _files(tx: Tx, row: Mapping[Any, Any]) -> tuple[File, ...]:
    if row["kind"] != FeedbackKind.REPLY.value:
        return ()
    return tuple(File(name, content) for name, content in keeping.files_of(tx, row["feedback_id"]))
