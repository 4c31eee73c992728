"""One trace goes through gRPC and queue: from the call that forms a ticket to the clocks that sla starts for its order."""

from __future__ import annotations

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import TracerProvider

from tests.journeys.cities import City
from tests.journeys.receiver import Receiver
from tests.journeys.waiting import until

pytestmark = pytest.mark.journey
FORMING = "hotline.intake.v1.TicketService/FormTicket"
WAY = (FORMING, "dispatch handle TicketFormed", "sla handle OrderChanged")
LOGGED = (f"{FORMING} answered OK", "handled TicketFormed", "handled OrderChanged")


@pytest.mark.begins("2025-04-01 09:00")
def test_forming_a_ticket_is_one_trace_through_every_service_that_hears_of_it(city: City, receiver: Receiver) -> None:
    with TracerProvider().get_tracer(__name__).start_as_current_span("a call") as call:
        matter = city.call("广场舞音响声音过大，影响周边居民休息")
    trace = call.get_span_context().trace_id
    city.rests()

    spans = until(lambda: _of(receiver, trace), lambda found: set(WAY) <= found.keys())
    forming, handling, starting = (spans[name] for name in WAY)
    assert forming.parent_span_id == call.get_span_context().span_id.to_bytes(8, "big")
    assert handling.parent_span_id == forming.span_id
    assert starting.parent_span_id == handling.span_id
    told = [row for row in city.stores.rows("intake", "outbox") if row["aggregate"] == matter.ticket_id]
    assert [row["trace"].split("-")[1:3] for row in told] == [[f"{trace:032x}", forming.span_id.hex()]]
    logged = [line["message"] for line in city.log() if line.get("trace_id") == f"{trace:032x}"]
    assert all(any(message.startswith(words) for message in logged) for words in LOGGED), logged


def _of(receiver: Receiver, trace: int) -> dict[str, Span]:
    """A trace's spans by name, the first of each."""
    ours = [span for _, span in receiver.spans() if span.trace_id == trace.to_bytes(16, "big")]
    return {span.name: span for span in sorted(ours, key=lambda span: -span.start_time_unix_nano)}
