"""What failed for good, sent once more by a person's decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis import journal
from chassis.errors import Refusal
from chassis.store import Tx
from services.notify.lifecycle import Channel, State
from services.notify.providers import setup_of
from services.notify.store import messages

RECORD = "10"
CALL = "语音电话不能再次发送：呼叫结果已经告知派单或考核，由其另行安排呼叫"
OVER = "该通知已过有效期，不再发送：请以其他方式告知"
TWICE = "该通知已经再次发送过：请查看再次发送的那一条，仍失败的可以从那一条再发送"
NO_PROVIDER = "现在没有可用的通道：请先配置通道，再发送"


def send_message_again(tx: Tx, message_id: str) -> str:
    """Once for each message that failed; answers the new one's id. Raises Missing, Refusal."""
    row = messages.locked(tx, message_id)
    if row is None:
        raise messages.missing(message_id)
    if reason := _against(tx, row):
        raise Refusal(reason)
    again_id = messages.add_again(tx, row)
    if not again_id:
        raise Refusal(TWICE)
    detail = {"notice": row["notice"], "channel": row["channel"], "reason": row["reason"], "again_id": again_id}
    journal.append(tx, message_id, "send_message_again", RECORD, detail)
    return again_id


def _against(tx: Tx, row: Mapping[Any, Any]) -> str:
    """Why it may not be sent again; nothing where it may."""
    state, channel = State(row["state"]), Channel(row["channel"])
    if state is not State.FAILED:
        return f"该通知{state.term}：只有发送失败的可以再次发送"
    if channel is Channel.VOICE:
        return CALL
    if row["expires_at"] <= tx.now:
        return OVER
    return "" if setup_of(tx.settings).of(channel) else NO_PROVIDER
