"""Commanding: a call by nameko's RPC, whose answer says only whether the receiver has stored the commands.

nameko's own RpcProxy waits for ever inside a worker; its standalone one has no bound on connecting, and leaves a queue behind.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from kombu import Connection, Consumer, Producer, Queue
from nameko.rpc import get_rpc_exchange

from chassis.bus.broker import connection_to
from chassis.bus.carrier import CLOSING_SECONDS, NotCarried
from chassis.bus.consumer import Outcome
from chassis.bus.envelope import Letter
from chassis.settings import Settings

CALL_SECONDS = 5
METHOD = "take"
TRANSIENT = 1


class Calling:
    """The carrier of a service's commands to one receiver: each message is a call, answered in time or void.

    The broker drops a void call, so that nothing piles up before a receiver that is away: the commands stay in the outbox.
    Any failure ends in a fresh connection with a fresh queue for answers.
    """

    def __init__(self, settings: Settings, receiver: str) -> None:
        self._source = settings.service
        self._settings = settings
        self._receiver = receiver
        self._connection: Connection | None = None
        self._producer: Any = None
        self._reply_to = ""
        self._answers: dict[str, Any] = {}
        self._closed = False

    def send(self, letters: Sequence[Letter]) -> None:
        """Raises what the connection raises, and NotCarried for a call that was not answered by `taken`."""
        try:
            for letter in letters:
                if self._connection is None:
                    self._connect()
                self._call(letter)
                self._await(letter.id)
        except BaseException:
            self._let_go()
            raise

    def close(self) -> None:
        """Whoever waits gets NotCarried."""
        self._closed = True

    def _connect(self) -> None:
        exchange = get_rpc_exchange({})
        self._connection = connection_to(self._settings)
        channel = self._connection.channel()
        self._reply_to = str(uuid4())
        answers = Queue(f"{self._source}.answers.{self._reply_to}", exchange, routing_key=self._reply_to, durable=False, exclusive=True)
        Consumer(channel, [answers], callbacks=[self._answered], no_ack=True, accept=["json"]).consume()
        self._producer = Producer(channel, exchange=exchange, auto_declare=False)

    def _call(self, letter: Letter) -> None:
        self._producer.publish(
            f'{{"args": ["{self._source}", {letter.body}, {str(letter.retold).lower()}], "kwargs": {{}}}}',
            routing_key=f"{self._receiver}.{METHOD}",
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=TRANSIENT,
            expiration=CALL_SECONDS,
            reply_to=self._reply_to,
            correlation_id=letter.id,
        )

    def _await(self, call_id: str) -> None:
        until = time.monotonic() + CALL_SECONDS
        while call_id not in self._answers:
            if self._closed or time.monotonic() > until:
                raise NotCarried(f"{self._receiver} did not answer")
            with suppress(TimeoutError):
                self._connection.drain_events(timeout=CLOSING_SECONDS)  # type: ignore[union-attr]  # connected
        answer = self._answers.pop(call_id)
        if answer.get("result") != Outcome.TAKEN:
            raise NotCarried(f"{self._receiver} did not take it")

    def _answered(self, answer: Any, message: Any) -> None:
        self._answers[message.properties.get("correlation_id")] = answer

    def _let_go(self) -> None:
        """Without ceremony: it may be dead."""
        connection, self._connection = self._connection, None
        self._answers.clear()
        if connection is not None:
            connection.collect()
