"""What notify counts: attempts by provider, what became of messages, and what waits to be sent."""

from __future__ import annotations

from typing import Any

from prometheus_client import Counter, Histogram
from sqlalchemy import Select, bindparam, func, select

from chassis.caller import Caller
from chassis.clock import real_now
from chassis.counting import TENANT, Level, Tally, counted, know
from chassis.store import Store, Tx
from services.notify.lifecycle import Channel, State
from services.notify.rules.delivery import Outcome
from services.notify.store.tables import QUEUED, messages, tenants

# In-app messages are there at once.
CHANNELS = [channel.value for channel in Channel if channel is not Channel.INAPP]
SETTLED = Tally("hotline_messages", "Messages by the state they went on to", TENANT, channel=CHANNELS, state=[*State])
# Providers are as many as are set up.
TRIED = Counter("hotline_attempts_total", "Attempts to send a message, by what came of them", ("provider", "channel", "outcome"))
ATTEMPT_SECONDS = Histogram(
    "hotline_attempt_seconds", "Time a provider takes to answer", ("provider",), buckets=(0.05, 0.1, 0.5, 1, 5, 15, 60)
)
WAITING = Level("hotline_messages_waiting", "Messages that may go now and have not gone", (), channel=CHANNELS, urgent=("no", "yes"))
OLDEST = Level("hotline_messages_oldest_seconds", "For how long the oldest of them could have gone", (), channel=CHANNELS)


def know_provider(provider: str, channels: list[str]) -> None:
    """Have a provider's series before it is first given anything."""
    ATTEMPT_SECONDS.labels(provider)
    for channel in channels:
        for outcome in Outcome:
            TRIED.labels(provider, channel, outcome.value)


def count_settled(tx: Tx, tenant_id: str, channel: str, state: State) -> None:
    """A message went on to a state."""
    SETTLED.add(tx, (tenant_id,), channel=channel, state=state.value)


def count_attempt(tx: Tx, provider: str, channel: str, outcome: Outcome) -> None:
    """An attempt ended."""
    child = TRIED.labels(provider, channel, outcome.value)
    tx.after_commit(child.inc)


def measure(store: Store) -> None:
    """Measure what waits, across tenants; what waits for the night to end or a pause to pass does not count."""
    found = store.read(Caller.timer(store.service, ""), lambda tx: tx.all(select(tenants.c.tenant_id)))
    know((row["tenant_id"], "") for row in found)
    rows = store.read_across(lambda tx: [_labelled(tx, row) for row in tx.kept("messages waiting", _waiting, now=tx.now, real=real_now())])
    WAITING.put(counted(rows, "channel", "urgent"))
    ages: dict[tuple[str, ...], float] = {}
    for row in rows:
        ages[row["channel"],] = max(ages.get((row["channel"],), 0.0), row["age"])
    OLDEST.put(ages)


def _waiting() -> Select[Any]:
    own = messages.c
    columns = [own.channel, own.rank]
    goes = (own.not_before <= bindparam("now", type_=own.not_before.type), own.retry_at <= bindparam("real", type_=own.retry_at.type))
    oldest = func.min(own.not_before).label("oldest")
    return select(*columns, oldest, func.count().label("n")).where(QUEUED, *goes).group_by(*columns)


def _labelled(tx: Tx, row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "urgent": "no" if row["rank"] else "yes", "age": (tx.now - row["oldest"]).total_seconds()}
