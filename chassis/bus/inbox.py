"""Handling what is received: each event's effect once, whatever is delivered twice, and nothing acked away.

An inbox row stays as long as the outbox row it answers, which is for ever: `chassis.retell` tells the whole past again, and what
was handled is skipped by that row alone.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry.trace import Span, SpanKind
from sqlalchemy import Text, TextualSelect, bindparam, column, text

from chassis.bus import metrics, payload
from chassis.bus.envelope import Envelope, age_of
from chassis.bus.failing import is_away, said_of
from chassis.bus.marks import Hearing, heard_by
from chassis.bus.retries import Retries, Retry
from chassis.caller import Caller
from chassis.store import Instant, Store, Tx
from chassis.telemetry import is_followed, span

LOG = logging.getLogger(__name__)
# An event that waits among the retries is theirs. Sorted, so that two replicas with the same events never deadlock.
_TAKE = {
    "postgresql": (
        "insert into inbox (event_id, handled_at) select told.id, :at from jsonb_array_elements_text(cast(:ids as jsonb)) as told(id)"
        " where not exists (select from retries where retries.event_id = told.id) order by told.id"
        " on conflict do nothing returning event_id"
    ),
    "sqlite": (
        "insert into inbox (event_id, handled_at) select told.value, :at from json_each(:ids) as told"
        " where not exists (select 1 from retries where retries.event_id = told.value)"
        " on conflict do nothing returning event_id"
    ),
}


class Unheard(Exception):
    """No method handles this event: the worker is older than what it is told, or newer."""


class Inbox:
    """The events and commands of a service's worker, handled in its store."""

    def __init__(self, store: Store, worker: object) -> None:
        self.store = store
        self.retries = Retries(store)
        self._heard = heard_by(worker)
        self._inbox = store.tables["inbox"]
        for name in self._heard:
            metrics.know(store.service, name)

    def take(self, source: str, envelopes: Sequence[Envelope], *, retold: bool = False) -> None:
        """Handle a message's events in one transaction, halving it when it fails until only what is bad by itself fails.

        When this returns every event is handled, was handled before, or waits among the retries. Raises what
        `failing.is_away` knows when the database failed: then some may not be, and the message must come again.
        """
        try:
            fresh = self._together(source, envelopes)
        except Exception as error:
            if is_away(error):
                raise
            if len(envelopes) == 1:
                self._set_aside(source, envelopes[0], error)
                return
            middle = len(envelopes) // 2
            self.take(source, envelopes[:middle], retold=retold)
            self.take(source, envelopes[middle:], retold=retold)
        else:
            self._count(source, fresh, skipped=len(envelopes) - len(fresh), retold=retold)

    def retry_due(self) -> int:
        """Try again what is due; answers how many were tried. Raises what `failing.is_away` knows."""
        due = self.retries.due()
        for retry in due:
            self._retry(retry)
        return len(due)

    def _together(self, source: str, envelopes: Sequence[Envelope]) -> list[Envelope]:
        def handle(tx: Tx) -> list[Envelope]:
            ids = json.dumps([envelope.event_id for envelope in envelopes])
            new = {row["event_id"] for row in tx.kept("take", self._taking, at=tx.now, ids=ids)}
            fresh = [envelope for envelope in envelopes if envelope.event_id in new]
            self._handle_all(tx, source, fresh)
            return fresh

        return self.store.write(Caller.peer(source, envelopes[0].tenant_id), handle)

    def _taking(self) -> TextualSelect:
        values = bindparam("at", type_=Instant()), bindparam("ids", type_=Text())
        return text(_TAKE[self.store.engine.dialect.name]).bindparams(*values).columns(column("event_id", Text()))

    def _handle_all(self, tx: Tx, source: str, envelopes: Sequence[Envelope]) -> None:
        together: dict[str, list[Envelope]] = {}
        for envelope in envelopes:
            hearing = self._heard.get(envelope.type)
            if hearing is None:
                raise Unheard
            if hearing.together:
                together.setdefault(envelope.type, []).append(envelope)
            else:
                self._handle(tx, source, envelope, hearing)
        for name, several in together.items():
            self._handle_together(tx, source, several, self._heard[name])

    def _handle(self, tx: Tx, source: str, envelope: Envelope, hearing: Hearing) -> None:
        with self._span(source, envelope):
            with self._timed(envelope.type):
                hearing.run(_read(envelope, hearing), tx.hearing(envelope.told(source)))
            LOG.debug("handled %s %s", _short(envelope), envelope.event_id)

    def _handle_together(self, tx: Tx, source: str, envelopes: Sequence[Envelope], hearing: Hearing) -> None:
        with self._timed(envelopes[0].type):
            hearing.run([_read(envelope, hearing) for envelope in envelopes], tx)
        for envelope in envelopes:
            if is_followed(envelope.trace) or LOG.isEnabledFor(logging.DEBUG):
                with self._span(source, envelope):
                    LOG.debug("handled %s %s", _short(envelope), envelope.event_id)

    def _timed(self, type_name: str) -> AbstractContextManager[Any]:
        return metrics.HANDLER_SECONDS.labels(self.store.service, type_name).time()

    def _span(self, source: str, envelope: Envelope) -> AbstractContextManager[Span]:
        name = f"{self.store.service} handle {_short(envelope)}"
        return span(name, SpanKind.CONSUMER, envelope.trace, source=source, event_id=envelope.event_id)

    def _set_aside(self, source: str, envelope: Envelope, error: Exception) -> None:
        said = said_of(error)
        by = Caller.peer(source, envelope.tenant_id)
        # Whoever reads of it finds what it came from by its trace.
        with span(f"{self.store.service} set aside", SpanKind.CONSUMER, envelope.trace, event_id=envelope.event_id):
            if self.store.write(by, lambda tx: self.retries.add(tx, source, envelope, said)):
                metrics.FAILED.labels(self.store.service, self._label(envelope.type)).inc()
                LOG.warning("event %s (%s) failed and will be tried again: %s", envelope.event_id, envelope.type, said)

    def _retry(self, retry: Retry) -> None:
        by = Caller.peer(retry.source, retry.envelope.tenant_id)
        kind = self._label(retry.envelope.type)

        def again(tx: Tx) -> bool:
            if not self.retries.hold(tx, retry):
                return False
            fresh = tx.insert_new(self._inbox, ("event_id",), {"event_id": retry.envelope.event_id, "handled_at": tx.now})
            if fresh:
                self._handle_all(tx, retry.source, [retry.envelope])
            self.retries.drop(tx, retry)
            return fresh

        metrics.RETRIED.labels(self.store.service, kind).inc()
        try:
            handled = self.store.write(by, again)
        except Exception as error:
            if is_away(error):
                raise
            self._failed_again(retry, said_of(error), kind)
        else:
            metrics.HANDLED.labels(self.store.service, kind).inc(handled)

    def _failed_again(self, retry: Retry, said: str, kind: str) -> None:
        event_id, by = retry.envelope.event_id, Caller.peer(retry.source, retry.envelope.tenant_id)
        with span(f"{self.store.service} set aside", SpanKind.CONSUMER, retry.envelope.trace, event_id=event_id):
            parked = self.store.write(by, lambda tx: self.retries.failed_again(tx, retry, said))
            metrics.FAILED.labels(self.store.service, kind).inc()
            if parked:
                metrics.PARKED.labels(self.store.service, kind).inc()
                LOG.error("event %s (%s) is parked, an operator must look at it: %s", event_id, retry.envelope.type, said)

    def _count(self, source: str, fresh: Sequence[Envelope], *, skipped: int, retold: bool) -> None:
        metrics.SKIPPED.labels(self.store.service, source).inc(skipped)
        for kind, count in Counter(envelope.type for envelope in fresh).items():
            metrics.HANDLED.labels(self.store.service, kind).inc(count)
        if not retold:
            lag = metrics.LAG.labels(self.store.service, source)
            for envelope in fresh:
                lag.observe(age_of(envelope.event_id))

    def _label(self, type_name: str) -> str:
        """What comes from outside names no series of its own."""
        return type_name if type_name in self._heard else "unheard"


def _read(envelope: Envelope, hearing: Hearing) -> Any:
    return payload.read(hearing.event, envelope.payload)


def _short(envelope: Envelope) -> str:
    return envelope.type.rsplit(".", 1)[-1]
