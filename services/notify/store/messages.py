"""Messages and their attempts as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select

from chassis.clock import real_now
from chassis.errors import Missing
from chassis.store import Instant, Tx
from chassis.store.paging import Page
from chassis.telemetry import here
from services.notify.lifecycle import Channel, State
from services.notify.rules.delivery import Attempt, Outcome
from services.notify.store.tables import CALLING, QUEUED, REFERENCE, REFERRED, attempts, messages, spending

Row = Mapping[Any, Any]
NOTHING = Decimal(0)
AGAIN = "again:"
# Ringing, two questions and their answers take a minute or two.
LONGEST_CALL = timedelta(minutes=10)


@dataclass(frozen=True)
class Fresh:
    """A message that is asked for. `values`: its fields as texts, masked, instants in ISO 8601."""

    key: str
    notice: str
    channel: Channel
    language: str
    template: str
    template_version: int
    urgent: bool
    expires_at: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    unit_id: str = ""
    ticket_id: str = ""
    order_id: str = ""
    round: int = 0
    webhook_id: str = ""
    call_id: str = ""


def add(tx: Tx, fresh: Fresh, state: State = State.QUEUED) -> str:
    """Keep a message once for each key; answers its id, or nothing where there was one by that key."""
    facts = {name: value for name, value in asdict(fresh).items() if name not in ("urgent", "values", "channel")}
    row = {
        **facts,
        "message_id": tx.new_id(),
        "tenant_id": tx.by.tenant_id,
        "channel": fresh.channel.value,
        "fields": dict(fresh.values),
        "rank": 0 if fresh.urgent else 1,
        "state": state.value,
        "reason": "",
        "asked_at": tx.now,
        "not_before": tx.now,
        "retry_at": real_now(),
        "trace": here(),
        "sent_at": None if state is State.QUEUED else tx.now,
        "ended_at": None if state is State.QUEUED else tx.now,
    }
    return str(row["message_id"]) if tx.insert_new(messages, ("tenant_id", "key"), row) else ""


def add_again(tx: Tx, row: Row) -> str:
    """What a message told is told once more, by a message of its own; answers its id, or nothing where there is one already."""
    facts = {name: row[name] for name in Fresh.__dataclass_fields__ if name in row}
    told = {"key": AGAIN + row["message_id"], "channel": Channel(row["channel"]), "urgent": row["rank"] == 0, "values": row["fields"]}
    return add(tx, Fresh(**{**facts, **told}))


def sent_again(tx: Tx, rows: Iterable[Row]) -> dict[str, str]:
    """Of those of the messages that failed and were sent again, the ids of what they were sent again by."""
    keys = [AGAIN + row["message_id"] for row in rows if row["state"] == State.FAILED.value]
    if not keys:
        return {}
    own = messages.c
    found = tx.all(tx.select(messages, own.key, own.message_id).where(own.key.in_(keys)))
    return {row["key"].removeprefix(AGAIN): row["message_id"] for row in found}


def waiting(tx: Tx, channel: Channel, limit: int) -> list[tuple[str, str]]:
    """Tenant and id of messages that may go now, the urgent before others, the oldest first. For `store.read_across` alone."""
    rows = tx.kept("waiting", _waiting, by=channel.value, now=tx.now, real_now=real_now(), most=limit)
    return [(row["tenant_id"], row["message_id"]) for row in rows]


def _waiting() -> Select[Any]:
    own = messages.c
    by, now, real, most = (
        bindparam(name, type_=kind)
        for name, kind in {"by": own.channel.type, "now": Instant(), "real_now": Instant(), "most": Integer()}.items()
    )
    may_go = select(own.tenant_id, own.message_id).where(QUEUED, own.channel == by, own.not_before <= now, own.retry_at <= real)
    return may_go.order_by(own.rank, own.not_before, own.message_id).limit(most)


def expired(tx: Tx, limit: int) -> list[tuple[str, str]]:
    """Tenant and id of messages that nobody took in time. For `store.read_across` alone."""
    own = messages.c
    statement = tx.select(messages, own.tenant_id, own.message_id).where(QUEUED, own.expires_at <= tx.now)
    return [(row["tenant_id"], row["message_id"]) for row in tx.all(statement.order_by(own.expires_at, own.message_id).limit(limit))]


def lost_calls(tx: Tx, limit: int) -> list[tuple[str, str]]:
    """Tenant and id of calls that were begun, and of whose end nobody told. For `store.read_across` alone."""
    own = messages.c
    begun = tx.select(messages, own.tenant_id, own.message_id).where(CALLING, own.sent_at <= tx.now - LONGEST_CALL)
    statement = begun.order_by(own.sent_at, own.message_id).limit(limit)
    return [(row["tenant_id"], row["message_id"]) for row in tx.all(statement)]


def claim(tx: Tx, ids: Iterable[str]) -> list[Row]:
    """Those of the messages that still wait, locked; what another link has in hand is left out."""
    held = tx.rows_among(messages, "message_id", sorted(ids), order="message_id", lock=True, skip_locked=True)
    due = (row for row in held if row["state"] == State.QUEUED.value and row["retry_at"] <= real_now())
    return sorted(due, key=lambda row: (row["rank"], row["not_before"], row["message_id"]))


def locked(tx: Tx, message_id: str) -> Row | None:
    """A message of the transaction's tenant, locked."""
    return tx.row(messages, message_id=message_id, lock=True)


def put_off(tx: Tx, message_id: str, not_before: datetime, reason: str) -> None:
    """It waits until an instant of the store's clock."""
    tx.change(messages, {"message_id": message_id}, {"not_before": not_before, "reason": reason})


def retry_after(tx: Tx, message_id: str, pause: timedelta, reason: str = "") -> None:
    """It waits so long in real time."""
    tx.change(messages, {"message_id": message_id}, {"retry_at": real_now() + pause, "reason": reason})


def speak(tx: Tx, message_id: str, words: Mapping[str, Any]) -> None:
    """It is told in other words: language, template and its version."""
    tx.change(messages, {"message_id": message_id}, words)


def set_state(tx: Tx, message_id: str, state: State, at: datetime, reason: str = "") -> None:
    """It goes on to another state."""
    stamp = {"sent_at": at} if state is State.SENT else {"ended_at": at}
    tx.change(messages, {"message_id": message_id}, {"state": state.value, "reason": reason, **stamp})


def begin(tx: Tx, message_id: str, number: int, provider: str, cost: Decimal) -> None:
    """An attempt is made: kept before anything leaves the house."""
    tx.insert(
        attempts, message_id=message_id, number=number, provider=provider, begun_at=tx.now, ended_at=None, outcome=None,
        reason="", reference="", cost=cost,
    )  # fmt: skip


def end(tx: Tx, message_id: str, number: int, outcome: Outcome, reason: str, reference: str, cost: Decimal) -> None:
    """What came of an attempt."""
    key = {"message_id": message_id, "number": number}
    told = {"ended_at": tx.now, "outcome": outcome.value, "reason": reason, "reference": reference[:REFERENCE], "cost": cost}
    tx.change(attempts, key, told)


def cost(tx: Tx, message_id: str, number: int, cost: Decimal) -> None:
    """An attempt costs something else."""
    tx.change(attempts, {"message_id": message_id, "number": number}, {"cost": cost})


def ask_ahead(tx: Tx, message_id: str) -> None:
    """The message will be locked, and its attempts looked at: they come with what is asked next."""
    tx.ahead.row(messages, message_id=message_id, lock=True)
    tx.ahead.rows_among(attempts, "message_id", [message_id], order="number")


def attempts_of(tx: Tx, ids: Iterable[str]) -> dict[str, list[Row]]:
    """Every attempt of these messages, in order."""
    found: dict[str, list[Row]] = {message_id: [] for message_id in sorted(ids)}
    for row in tx.rows_among(attempts, "message_id", list(found), order="number"):
        found[row["message_id"]].append(row)
    return found


def attempt_of(row: Row) -> Attempt:
    """An attempt as the rules see it."""
    return Attempt(row["number"], row["provider"], Outcome(row["outcome"]) if row["outcome"] else None)


def owner_of(tx: Tx, message_id: str) -> str:
    """The tenant of a message; empty where there is none. For `store.read_across` alone."""
    row = tx.row(messages, message_id=message_id)
    return str(row["tenant_id"]) if row else ""


def referred(tx: Tx, provider: str, reference: str) -> str:
    """The message that a provider knows by a reference; empty where there is none. For `store.read_across` alone."""
    own = attempts.c
    row = tx.one(
        tx.select(attempts, own.message_id).where(own.provider == provider, own.reference == reference[:REFERENCE], REFERRED).limit(1)
    )
    return str(row["message_id"]) if row else ""


def spend(tx: Tx, day: str, cost: Decimal) -> Decimal:
    """Add to what a day has cost; answers what it had cost before. The day is locked until the transaction ends."""
    tx.insert_missing(spending, ("tenant_id", "day"), [{"day": day, "spent": NOTHING}])
    row = tx.row(spending, tenant_id=tx.by.tenant_id, day=day, lock=True)
    before: Decimal = row["spent"] if row else NOTHING
    if cost:
        tx.change(spending, {"tenant_id": tx.by.tenant_id, "day": day}, {"spent": before + cost})
    return before


def page_of(tx: Tx, page: Page, ticket_id: str, unit_id: str, state: State | None) -> tuple[list[Row], str]:
    """A page of the caller's own tenant's messages, the newest first: many tenants' would have to be sorted."""
    own = messages.c
    wanted = tx.select(messages).where(own.tenant_id == tx.by.tenant_id)
    if ticket_id:
        wanted = wanted.where(own.ticket_id == ticket_id)
    if unit_id:
        wanted = wanted.where(own.unit_id == unit_id)
    if state is not None:
        wanted = wanted.where(own.state == state.value)
    rows, token = tx.page(wanted, (own.asked_at.desc(), own.message_id.desc()), page)
    return list(rows), token


def one(tx: Tx, message_id: str) -> Row:
    """A message. Raises Missing."""
    row = tx.row(messages, message_id=message_id)
    if row is None:
        raise missing(message_id)
    return row


def missing(message_id: str) -> Missing:
    """There is no such message that the caller may see."""
    return Missing(f"没有编号为 {message_id} 的通知，请核对后重试")
