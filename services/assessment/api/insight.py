"""Counts, trends and bursts."""

from __future__ import annotations

from chassis.enums import word_of
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import insight_pb2 as pb
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.assessment.actions import bursting, tallying
from services.assessment.actions.bursting import Row
from services.assessment.actions.tallying import Span
from services.assessment.messages import offer_message
from services.assessment.rules.counts import By, Count
from services.assessment.store.counts import Asked

WAYS = {
    pb.COUNTED_CATEGORY: By.CATEGORY, pb.COUNTED_PLACE: By.PLACE, pb.COUNTED_UNIT: By.UNIT, pb.COUNTED_CHANNEL: By.CHANNEL,
    pb.COUNTED_NATURE: By.NATURE, pb.COUNTED_HOUR: By.HOUR, pb.COUNTED_DAY: By.DAY,
}  # fmt: skip


class InsightDoor:
    """What comes in."""

    service = "hotline.assessment.v1.InsightService"

    def CountTickets(self, request: pb.CountTicketsRequest, tx: Tx) -> pb.CountTicketsResponse:
        """18: by one thing, with the span before."""
        span = Span(request.since_day, request.until_day)
        all_, found = tallying.count_tickets(tx, WAYS.get(request.by), _asked(request), span)
        return pb.CountTicketsResponse(all=_count(all_), counts=map(_count, found))

    def CountMinutes(self, _request: pb.CountMinutesRequest, tx: Tx) -> pb.CountMinutesResponse:
        """18: as they come in."""
        return pb.CountMinutesResponse(minutes=[pb.Minute(at=stamp(at), calls=calls) for at, calls in tallying.count_minutes(tx)])

    def ListBursts(self, request: pb.ListBurstsRequest, tx: Tx) -> pb.ListBurstsResponse:
        """The newest first."""
        found, token = bursting.list_bursts(tx, request.page, request.tenant_id)
        return pb.ListBurstsResponse(bursts=[_burst(tx, row, calls) for row, calls in found], next_page_token=token)

    def ListBurstTickets(self, request: pb.ListBurstTicketsRequest, tx: Tx) -> pb.ListBurstTicketsResponse:
        """In the order of time."""
        found, token = bursting.list_burst_tickets(tx, request.page, request.burst_id)
        return pb.ListBurstTicketsResponse(tickets=map(call_behind, found), next_page_token=token)

    def AcknowledgeBurst(self, request: pb.AcknowledgeBurstRequest, tx: Tx) -> pb.AcknowledgeBurstResponse:
        """By a person."""
        return pb.AcknowledgeBurstResponse(burst=_burst(tx, *bursting.acknowledge_burst(tx, request.burst_id, request.remark)))


def call_behind(row: Row) -> pb.CallBehind:
    """A ticket of a burst or a topic."""
    return pb.CallBehind(ticket_id=row["ticket_id"], number=row["number"], at=stamp(row["at"]))


def _asked(request: pb.CountTicketsRequest) -> Asked:
    channel = word_of(ticket.Channel.DESCRIPTOR, request.channel)
    nature = word_of(ticket.Nature.DESCRIPTOR, request.nature)
    return Asked(request.tenant_id, "", "", "", request.category, request.district, request.unit_id, channel, nature)


def _count(count: Count) -> pb.Count:
    trend = "" if count.trend is None else str(count.trend)
    return pb.Count(key=count.key, calls=count.now, before=count.before, trend=trend)


def _burst(tx: Tx, row: Row, calls: int) -> pb.Burst:
    names = ("burst_id", "number", "category", "expected", "acknowledged_by", "remark")
    return pb.Burst(
        **{name: row[name] for name in names},
        place=ticket.Place(district=row["district"], town=row["town"]),
        state=pb.BurstState.Value(f"BURST_STATE_{row['state'].upper()}"),
        began_at=stamp(row["began_at"]),
        last_at=stamp(row["last_at"]),
        found_at=stamp(row["found_at"]),
        calls=calls,
        acknowledged_at=stamp(row["acknowledged_at"]),
        offers=map(offer_message, bursting.offered(tx, row)),
    )
