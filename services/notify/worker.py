"""What notify hears and what it does by the clock."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.bus import listens, listens_together, takes, ticks
from chassis.bus.duties import keeps_keys, keeps_revocations, seals_days
from chassis.counting import MEASURE_SECONDS
from chassis.enums import word_of
from chassis.store import Store, Tx
from hotline.assessment.v1 import events_pb2 as assessment
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1.events_pb2 import TicketFormed
from hotline.notify.v1.commands_pb2 import PlaceCall
from hotline.notify.v1.events_pb2 import JournalSealed
from hotline.provincial.v1 import events_pb2 as provincial
from hotline.sla.v1 import events_pb2 as sla
from services.notify import counting
from services.notify.actions import calling, hearing, sending
from services.notify.store import copies


class NotifyWorker:
    """Turns what was told into messages, and ends those that nobody took in time."""

    name = "notify"

    signing_key_published = keeps_keys(directory.SigningKeyPublished)
    tokens_revoked = keeps_revocations(directory.TokensRevoked)
    seal_days = seals_days(JournalSealed)

    @listens(directory.TenantChanged)
    def tenant_changed(self, event: directory.TenantChanged, tx: Tx) -> None:
        """Its quiet hours, and what a day may cost."""
        copies.keep_tenant(tx, event.tenant_id, dict(event.policies), event.version)

    @listens(directory.UnitChanged)
    def unit_changed(self, event: directory.UnitChanged, tx: Tx) -> None:
        """At whose desk a unit's messages are read."""
        kind = word_of(directory.UnitKind.DESCRIPTOR, event.kind)
        copies.keep_unit(tx, event.unit_id, event.tenant_id, event.handling_tenant_id, kind, event.version)

    @listens_together(dispatch.OrderChanged)
    def order_changed(self, events: Sequence[dispatch.OrderChanged], tx: Tx) -> None:
        """11: new orders, rework, decisions; most verbs concern nobody outside."""
        for event in events:
            hearing.order_changed(tx, event)

    @listens(dispatch.AnswerPassed)
    def answer_passed(self, event: dispatch.AnswerPassed, tx: Tx) -> None:
        """11(8): the caller is told what came of it."""
        hearing.answer_passed(tx, event)

    @listens(dispatch.UrgentRaised)
    def urgent_raised(self, event: dispatch.UrgentRaised, tx: Tx) -> None:
        """13: the departments that the city names."""
        hearing.urgent_raised(tx, event)

    @listens(sla.LightTurned)
    def light_turned(self, event: sla.LightTurned, tx: Tx) -> None:
        """12: yellow."""
        hearing.light_turned(tx, event)

    @listens(sla.UrgingIssued)
    def urging_issued(self, event: sla.UrgingIssued, tx: Tx) -> None:
        """12: red, with the 催办单."""
        hearing.urging_issued(tx, event)

    @listens(sla.UrgingVoided)
    def urging_voided(self, event: sla.UrgingVoided, tx: Tx) -> None:
        """Its ground fell away."""
        hearing.urging_voided(tx, event)

    @listens(assessment.SupervisionIssued)
    def supervision_issued(self, event: assessment.SupervisionIssued, tx: Tx) -> None:
        """15: a unit is under supervision."""
        hearing.supervision_issued(tx, event)

    @listens(TicketFormed)
    def ticket_formed(self, event: TicketFormed, tx: Tx) -> None:
        """11(1): the caller is told the number."""
        hearing.ticket_formed(tx, event)

    @listens(provincial.UrgingReceived)
    def province_urged(self, event: provincial.UrgingReceived, tx: Tx) -> None:
        """The province urges."""
        hearing.province_urged(tx, event)

    @listens(provincial.DecisionReceived)
    def province_decided(self, event: provincial.DecisionReceived, tx: Tx) -> None:
        """The province has decided."""
        hearing.province_decided(tx, event)

    @listens(assessment.StudyAsked)
    def study_asked(self, event: assessment.StudyAsked, tx: Tx) -> None:
        """14: the unit is told."""
        hearing.study_asked(tx, event)

    @listens(assessment.BurstFound)
    def burst_found(self, event: assessment.BurstFound, tx: Tx) -> None:
        """18: calls of one place and category come within minutes."""
        hearing.burst_found(tx, event)

    @takes(PlaceCall)
    def place_call(self, command: PlaceCall, tx: Tx) -> None:
        """11(8): the hotline calls by itself."""
        hearing.place_call(tx, command)

    @ticks(seconds=1)
    def end_lost_calls(self, store: Store) -> None:
        """Calls of whose end nobody told."""
        calling.end_lost_calls(store)

    @ticks(seconds=1)
    def expire_messages(self, store: Store) -> None:
        """What nobody took in time."""
        sending.expire_messages(store)

    @ticks(seconds=MEASURE_SECONDS, heeds_clock=False)
    def measure(self, store: Store) -> None:
        """How much waits to be sent, and for how long."""
        counting.measure(store)


WORKER = NotifyWorker
