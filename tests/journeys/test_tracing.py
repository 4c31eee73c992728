"""One trace goes from whoever calls through gRPC, store, outbox and queue to every handler, and by the link to the SMS."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import TracerProvider

from tests.journeys.cities import City
from tests.journeys.receiver import Receiver
from tests.journeys.waiting import until

pytestmark = pytest.mark.journey
MAP = (Path(__file__).parents[2] / "docs/map.md").read_text(encoding="utf-8")
FORMING = "hotline.intake.v1.TicketService/FormTicket"
RESOLVING = "hotline.intake.v1.ContactService/ResolveContact"
# From whoever called to the SMS, each within the one before.
WAY = (FORMING, "intake write", "intake tell TicketFormed to notify", "notify handle TicketFormed", "notify send sms", RESOLVING)
BESIDE = ("dispatch handle TicketFormed", "dispatch tell OrderChanged to sla", "sla handle OrderChanged")
LOGGED = (f"{FORMING} answered OK", "handled TicketFormed", "handled OrderChanged", "message ")
BROWSER, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.begins("2025-04-01 09:00")
def test_a_call_is_one_trace_to_the_sms_and_through_every_service_that_hears_of_it(city: City, receiver: Receiver) -> None:
    with TracerProvider().get_tracer(__name__).start_as_current_span("a call") as call:
        matter = city.call("广场舞音响声音过大，影响周边居民休息")
    trace = call.get_span_context().trace_id
    city.rests()

    found = until(lambda: _of(receiver, trace), lambda spans: {*WAY, *BESIDE} <= {span.name for span in spans.values()})
    path = _up(found, RESOLVING)
    assert [span.name for span in path] == list(reversed(WAY))
    assert path[-1].parent_span_id == call.get_span_context().span_id.to_bytes(8, "big")
    for inner, outer in (*zip(BESIDE[1:], BESIDE, strict=False), (BESIDE[0], "intake tell TicketFormed to dispatch")):
        assert _named(found, inner).parent_span_id == _named(found, outer).span_id

    told = [row for row in city.stores.rows("intake", "outbox") if row["aggregate"] == matter.ticket_id]
    written = {span.span_id.hex() for span in found.values() if span.name == "intake write"}
    assert {tuple(row["trace"].split("-")[1:3]) for row in told} <= {(f"{trace:032x}", each) for each in written}
    (sms,) = [row for row in city.stores.rows("notify", "messages") if row["ticket_id"] == matter.ticket_id and row["channel"] == "sms"]
    assert sms["trace"].split("-")[1] == f"{trace:032x}"
    logged = [line["message"] for line in city.log() if line.get("trace_id") == f"{trace:032x}"]
    assert all(any(message.startswith(words) for message in logged) for words in LOGGED), logged
    assert _strangers(found) == set()


@pytest.mark.begins("2025-04-01 09:00")
def test_a_browser_s_trace_goes_on_through_the_gateway_and_shows_no_token(city: City, receiver: Receiver) -> None:
    page = city.instance.page
    request = urllib.request.Request(f"{page}/r/a-token-of-nobody", headers={"traceparent": f"00-{BROWSER}-{PARENT}-01"})
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=60)
    page_of, opening = "GET /r/{token}", "hotline.notify.v1.RatingLinkService/OpenRatingLink"
    found = until(lambda: _of(receiver, int(BROWSER, 16)), lambda spans: {page_of, opening} <= {span.name for span in spans.values()})
    door = _named(found, page_of)
    assert door.parent_span_id.hex() == PARENT
    assert _named(found, opening).parent_span_id == door.span_id
    # Whatever else a library would have told of it, a link's token among it.
    assert {span.name for span in found.values()} == {page_of, opening, "notify read"}
    assert "a-token-of-nobody" not in str(list(found.values()))
    assert _strangers(found) == set()


def _of(receiver: Receiver, trace: int) -> dict[bytes, Span]:
    """A trace's spans by their ids."""
    return {span.span_id: span for _, span in receiver.spans() if span.trace_id == trace.to_bytes(16, "big")}


def _named(found: Mapping[bytes, Span], name: str) -> Span:
    """The first of a name."""
    return min((span for span in found.values() if span.name == name), key=lambda span: span.start_time_unix_nano)


def _up(found: Mapping[bytes, Span], name: str) -> list[Span]:
    """A span and those around it, the outermost last."""
    path = [_named(found, name)]
    while path[-1].parent_span_id in found:
        path.append(found[path[-1].parent_span_id])
    return path


def _strangers(found: Mapping[bytes, Span]) -> set[str]:
    """Edges between services that docs/map.md does not know."""
    edges = {(_owner(found[span.parent_span_id].name), span.name) for span in found.values() if span.parent_span_id in found}
    return {f"{source} → {name}" for source, name in edges if source != _owner(name) and not _mapped(source, name)}


def _owner(name: str) -> str:
    """Whose span it is: that of a call is the one's who is asked."""
    if name.startswith("hotline."):
        return name.split(".")[1]
    return "gateway" if " /" in name else name.split(" ", maxsplit=1)[0]


def _mapped(source: str, name: str) -> bool:
    if name.startswith("hotline."):
        rpc, asks = re.split(r"[./]", name)[3], re.search(rf"^\| {source} \|.*\|(.*)\|$", MAP, re.MULTILINE)
        return asks is not None and _owner(name) in asks[1] and rpc in asks[1]
    listener, _, event = name.partition(" handle ")
    row = re.search(rf"^\| `hotline\.\w+\.v1\.{event}` \| (.*) \|$", MAP, re.MULTILINE)
    return row is not None and listener in re.split(r", | of ", row[1])
