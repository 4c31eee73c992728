"""Makes a nameko service of a plain worker class, and runs it in containers that trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nameko.containers import ServiceContainer
from opentelemetry.trace import SpanKind

from chassis.bus.calling import METHOD, Calling
from chassis.bus.carrier import carrier_of
from chassis.bus.consumer import EventConsumer, Outcome, SteadyQueueConsumer, take
from chassis.bus.inbox import Inbox
from chassis.bus.looping import Loop
from chassis.bus.marks import disagreements, sources_of, ticks_of
from chassis.bus.outbox import Outbox
from chassis.bus.receiving import CommandConsumer, take_commands
from chassis.bus.relay import Relay
from chassis.bus.routes import commands_to, listeners_by_type, receivers_of
from chassis.bus.turns import Gauging, Retrying, Sweeping, Tick
from chassis.errors import Unusable
from chassis.store import Store
from chassis.telemetry import span


class TracingContainer(ServiceContainer):
    """Opens a span for each message; its events' spans continue the traces of those who told them."""

    def _run_worker(self, worker: Any, handle_result: Any) -> Any:
        name = f"{self.service_name} {worker.entrypoint.method_name}"
        with span(name, SpanKind.CONSUMER, worker.data.get("traceparent", "")):
            return super()._run_worker(worker, handle_result)

    @property
    def is_consuming(self) -> bool:
        """Whether everything it listens to reaches it now."""
        consumers = [extension for extension in self.extensions if isinstance(extension, SteadyQueueConsumer)]
        return bool(self.started) and all(consumer.consuming for consumer in consumers)


def service_of(worker: object, store: Store) -> type:
    """The nameko service around a worker. Raises Unusable where its methods and the protos' declarations differ."""
    for line in disagreements(store.service, worker):
        raise Unusable(line)
    inbox, outbox = Inbox(store, worker), Outbox(store)
    clock = store.clock if store.settings.clock == "virtual" else None
    members: dict[str, Any] = {
        "name": store.service,
        "retries": Loop(Retrying(inbox)),
        "gauges": Loop(Gauging(store, outbox, inbox)),
        "sweeping": Loop(Sweeping(store)),
    }
    if listeners_by_type(store.service):
        carrier = carrier_of(store.settings)
        # A broker confirms soon; a listener in this process may have stopped already.
        members["relay"] = Loop(Relay(store, outbox, carrier), hurry=carrier.close if store.settings.embedded else None)
    for receiver in receivers_of(store.service):
        calling = Calling(store.settings, receiver)
        orders = Relay(store, Outbox(store, receiver), calling, f"orders to {receiver}")
        members[f"orders_to_{receiver}"] = Loop(orders, hurry=calling.close)
    for ticking in ticks_of(worker):
        members[f"tick_{ticking.name}"] = Loop(Tick(store, ticking), clock if ticking.heeds_clock else None)
    for source in sources_of(worker):
        members[f"from_{source}"] = EventConsumer.decorator(inbox, source)(_taking(inbox, source))
    if commands_to(store.service):
        members[METHOD] = CommandConsumer.decorator(_taking_commands(inbox))
    return type(type(worker).__name__, (), members)


def _taking(inbox: Inbox, source: str) -> Callable[[Any, Any, bool], Outcome]:
    def message(_service: Any, body: Any, retold: bool) -> Outcome:  # noqa: FBT001 - nameko passes by position
        return take(inbox, source, body, retold=retold)

    message.__name__ = f"from_{source}"
    return message


def _taking_commands(inbox: Inbox) -> Callable[[Any, str, Any, bool], Outcome]:
    def message(_service: Any, source: str, body: Any, retold: bool) -> Outcome:  # noqa: FBT001 - nameko passes by position
        return take_commands(inbox, source, body, retold=retold)

    message.__name__ = METHOD
    return message
