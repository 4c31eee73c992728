"""What became of messages for good; of a call, whoever ordered it is told (Art. 11(8))."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.caller import Caller
from chassis.stamps import stamp
from chassis.store import Store, Tx
from hotline.notify.v1 import events_pb2 as events
from services.notify.actions import recording
from services.notify.channels import CallResult
from services.notify.counting import count_settled
from services.notify.lifecycle import Channel, State
from services.notify.store import messages

BATCH = 200
NOBODY, LOST = "没有可用的通道", "未收到通话结果"


def settle(tx: Tx, row: Mapping[Any, Any], state: State, at: datetime, reason: str, result: CallResult | None = None) -> None:
    """A message that is locked goes on to a state; a call that ends is told, once."""
    messages.set_state(tx, row["message_id"], state, at, reason)
    count_settled(tx, row["tenant_id"], row["channel"], state)
    if row["channel"] != Channel.VOICE.value or state is State.SENT:
        return
    told = result or CallResult(row["message_id"], "failed")
    event = events.CallEnded(
        call_id=row["call_id"],
        order_id=row["order_id"],
        outcome=events.CallOutcome.Value(f"CALL_OUTCOME_{told.outcome.upper()}"),
        digits=told.digits,
        recording=told.recording,
        at=stamp(at),
        version=1,
    )
    tx.tell(event, row["message_id"], event.version)


def hear_result(tx: Tx, provider: str, result: CallResult) -> None:
    """A provider tells how a call ended, perhaps twice or late: the first word stands, and every recording is kept."""
    row = messages.locked(tx, result.message_id)
    if row is None:
        return
    recording.keep(tx, result.recording, provider, row)
    if row["ended_at"] is None:
        settle(tx, row, State.DELIVERED if result.outcome == "answered" else State.FAILED, tx.now, "", result)


def end_lost_calls(store: Store) -> int:
    """Calls that a crash cut off have failed; answers how many."""
    found = store.read_across(lambda tx: messages.lost_calls(tx, BATCH))
    for tenant, message_id in found:
        store.write(Caller.timer(store.service, tenant), lambda tx, message_id=message_id: _lose(tx, message_id))  # type: ignore[misc]  # bound here
    return len(found)


def _lose(tx: Tx, message_id: str) -> None:
    row = messages.locked(tx, message_id)
    if row is not None and row["state"] == State.SENT.value:
        settle(tx, row, State.FAILED, tx.now, LOST)
