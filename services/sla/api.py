"""The gRPC door of sla: messages to questions, rows to messages."""

from __future__ import annotations

from chassis import journal
from chassis.errors import Invalid
from chassis.stamps import instant_of
from chassis.store import Tx
from hotline.sla.v1 import clocks_pb2 as clocks
from hotline.sla.v1 import journal_pb2 as journals
from hotline.sla.v1 import lights_pb2 as lights
from hotline.sla.v1 import urgings_pb2 as urgings
from hotline.ticket.v1.ticket_pb2 import JournalEntry
from regulation.terms import Light
from services.sla import reading
from services.sla.messages import clock_message, turn_message, urged_of, urging_message
from services.sla.reading import Scope
from services.sla.rows import clock_of
from services.sla.rules.explaining import explain
from services.sla.snapshots import kind_of, light_of


class ClockDoor:
    """Dates and their lights."""

    service = "hotline.sla.v1.ClockService"

    def ListClocks(self, request: clocks.ListClocksRequest, tx: Tx) -> clocks.ListClocksResponse:
        """The nearest deadline first."""
        rows, token = reading.list_clocks(
            tx,
            request.page,
            Scope(request.tenant_id, request.unit_id, request.order_id, request.ticket_id),
            light=light_of(request.light) if request.light else None,
            kind=kind_of(request.kind) if request.kind else None,
            until=tx.now + request.left_at_most.ToTimedelta() if request.HasField("left_at_most") else None,
            with_ended=request.with_ended,
        )
        return clocks.ListClocksResponse(clocks=[clock_message(row, tx.now) for row in rows], next_page_token=token)

    def CountLights(self, request: clocks.CountLightsRequest, tx: Tx) -> clocks.CountLightsResponse:
        """By unit, and in all."""
        answer = clocks.CountLightsResponse()
        for unit_id, counts in reading.count_lights(tx, Scope(request.tenant_id, request.unit_id)).items():
            unit = answer.units.add(unit_id=unit_id)
            for light, dates in counts.items():
                name = light.name.lower()
                setattr(unit, name, dates)
                setattr(answer.total, name, getattr(answer.total, name) + dates)
        return answer

    def ExplainClock(self, request: clocks.ExplainClockRequest, tx: Tx) -> clocks.ExplainClockResponse:
        """In Chinese, with dates, instants and articles."""
        row = reading.one_clock(tx, request.clock_id)
        urging = reading.urging_of(tx, row)
        explanation = explain(clock_of(row), urged_of(urging) if urging else None, tx.now)
        return clocks.ExplainClockResponse(
            clock=clock_message(row, tx.now),
            lines=explanation.lines,
            articles=[article.code for article in explanation.articles],
            turns=[turn_message(turn) for turn in reading.turns_of(tx, row)],
            urging=urging_message(urging) if urging else None,
        )


class LightDoor:
    """Turns of lights."""

    service = "hotline.sla.v1.LightService"

    def ListTurns(self, request: lights.ListTurnsRequest, tx: Tx) -> lights.ListTurnsResponse:
        """In the order they were told."""
        scope = Scope(order_id=request.order_id, ticket_id=request.ticket_id)
        rows, token = reading.list_turns(tx, request.page, scope)
        return lights.ListTurnsResponse(turns=[turn_message(row) for row in rows], next_page_token=token)

    def CountTurns(self, request: lights.CountTurnsRequest, tx: Tx) -> lights.CountTurnsResponse:
        """Those that stand."""
        since = instant_of(request, "since")
        until = instant_of(request, "until")
        if since is not None and until is not None and until < since:
            raise Invalid("until", "截止时刻早于起始时刻：请调换后重新查询")
        lit, urged = reading.count_turns(tx, Scope(request.tenant_id, request.unit_id), since, until)
        return lights.CountTurnsResponse(yellow=lit.get(Light.YELLOW, 0), red=lit.get(Light.RED, 0), urged=urged)


class UrgingDoor:
    """Urgings (催办单)."""

    service = "hotline.sla.v1.UrgingService"

    def ListUrgings(self, request: urgings.ListUrgingsRequest, tx: Tx) -> urgings.ListUrgingsResponse:
        """The newest first."""
        scope = Scope(request.tenant_id, request.unit_id, request.order_id, request.ticket_id)
        rows, token = reading.list_urgings(tx, request.page, scope, without_void=request.without_void)
        return urgings.ListUrgingsResponse(urgings=[urging_message(row) for row in rows], next_page_token=token)


class JournalDoor:
    """sla's part of a ticket's journal."""

    service = "hotline.sla.v1.JournalService"

    def ListJournalEntries(self, request: journals.ListJournalEntriesRequest, tx: Tx) -> journals.ListJournalEntriesResponse:
        """Oldest first."""
        entries, token = reading.list_journal(tx, request.ticket_id, request.page)
        shown = [journal.shown(entry, JournalEntry) for entry in entries]
        return journals.ListJournalEntriesResponse(entries=shown, next_page_token=token)


DOORS = (ClockDoor, LightDoor, UrgingDoor, JournalDoor)
