"""What a worker counts, commands like events. Labels name services, events and ticks: as many as the code has, never as the data."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from chassis.telemetry import SECONDS

# 0.2 is what is promised of 99 in a hundred.
LAG_SECONDS = tuple(sorted((*SECONDS, 0.2, 30, 60, 300)))

SENT = Counter("hotline_events_sent_total", "Events sent to a listener", ("service", "listener"))
HANDLED = Counter("hotline_events_handled_total", "Events handled, each once", ("service", "type"))
SKIPPED = Counter("hotline_events_skipped_total", "Events received that the inbox had already", ("service", "source"))
FAILED = Counter("hotline_events_failed_total", "Tries of a single event that failed", ("service", "type"))
RETRIED = Counter("hotline_events_retried_total", "Tries after the first", ("service", "type"))
PARKED = Counter("hotline_events_parked_total", "Events given up and left to an operator", ("service", "type"))
PUT_BACK = Counter("hotline_messages_put_back_total", "Messages put back because the database was away", ("service", "source"))
REFUSED = Counter("hotline_messages_refused_total", "Messages that no relay of ours wrote", ("service", "source"))
LAG = Histogram("hotline_event_lag_seconds", "From telling an event to having handled it", ("service", "source"), buckets=LAG_SECONDS)
HANDLER_SECONDS = Histogram(
    "hotline_handler_seconds", "Time a handler takes, with all that it was given together", ("service", "type"), buckets=SECONDS
)  # fmt: skip
TICKED = Counter("hotline_ticks_total", "Runs of a tick", ("service", "tick", "outcome"))
TICK_SECONDS = Histogram("hotline_tick_seconds", "Time a tick takes", ("service", "tick"), buckets=SECONDS)

OUTBOX_DEPTH = Gauge("hotline_outbox_depth", "Events told and not yet sent, counted up to a bound", ("service",))
OUTBOX_AGE = Gauge("hotline_outbox_oldest_seconds", "Age of the oldest of them, 0 when there is none", ("service",))
WAITING = Gauge("hotline_retries_waiting", "Failed events that will be tried again", ("service",))
PARKED_NOW = Gauge("hotline_retries_parked", "Failed events that wait for an operator", ("service",))


def know(service: str, type_name: str) -> None:
    """Have the series of what a service handles, at 0, before the first of it comes."""
    for counter in (HANDLED, FAILED, RETRIED, PARKED):
        counter.labels(service, type_name)
    HANDLER_SECONDS.labels(service, type_name)
