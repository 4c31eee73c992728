"""What dispatch hears and what it does by the clock."""

from __future__ import annotations

from chassis.bus import listens, ticks
from chassis.bus.duties import keeps_keys, keeps_revocations, seals_days, witnesses
from chassis.counting import MEASURE_SECONDS
from chassis.store import Store, Tx
from hotline.assessment.v1 import events_pb2 as assessment
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1.events_pb2 import JournalSealed
from hotline.intake.v1 import events_pb2 as intake
from hotline.kb.v1 import events_pb2 as kb
from hotline.notify.v1 import events_pb2 as notify
from hotline.provincial.v1 import events_pb2 as provincial
from hotline.sla.v1 import events_pb2 as sla
from services.dispatch import counting
from services.dispatch.actions import calling_back, hearing, keeping, opening, templating, timing


class DispatchWorker:
    """Opens orders as tickets are formed, keeps what it must know of others, and minds its own limits."""

    name = "dispatch"

    signing_key_published = keeps_keys(directory.SigningKeyPublished)
    tokens_revoked = keeps_revocations(directory.TokensRevoked)
    seal_days = seals_days(JournalSealed)
    journal_sealed = witnesses(
        intake.JournalSealed, sla.JournalSealed, kb.JournalSealed, directory.JournalSealed, notify.JournalSealed,
        assessment.JournalSealed, provincial.JournalSealed,
    )  # fmt: skip

    @listens(intake.TicketFormed)
    def ticket_formed(self, event: intake.TicketFormed, tx: Tx) -> None:
        """An order waits for dispatch (11(1), 11(2))."""
        opening.ticket_formed(tx, hearing.ticket_of(event))

    @listens(intake.TicketSupplemented)
    def ticket_supplemented(self, event: intake.TicketSupplemented, tx: Tx) -> None:
        """The caller added something (10)."""
        opening.ticket_supplemented(tx, event.ticket_id, hearing.text_of(event), hearing.at_of(event), event.version)

    @listens(intake.TicketWithdrawn)
    def ticket_withdrawn(self, event: intake.TicketWithdrawn, tx: Tx) -> None:
        """The caller took it back."""
        opening.ticket_withdrawn(tx, event.ticket_id, hearing.reason_of(event), hearing.at_of(event))

    @listens(provincial.ProvincialDateMoved)
    def provincial_date_moved(self, event: provincial.ProvincialDateMoved, tx: Tx) -> None:
        """The province's own date, beside ours (11(3))."""
        opening.provincial_date_moved(tx, event.ticket_id, hearing.due_of(event), event.version)

    @listens(directory.TenantChanged)
    def tenant_changed(self, event: directory.TenantChanged, tx: Tx) -> None:
        """Its choices where the regulation leaves one."""
        keeping.keep_tenant(tx, hearing.tenant_row(event))

    @listens(directory.UnitChanged)
    def unit_changed(self, event: directory.UnitChanged, tx: Tx) -> None:
        """Who may be dispatched to, and what lies below whom (11(2), 17)."""
        keeping.keep_unit(tx, hearing.unit_row(event))
        if event.successor_id and event.state == directory.UNIT_STATE_CLOSED:
            templating.hand_over_reply_templates(tx, event.tenant_id, event.unit_id, event.name, event.successor_id)

    @listens(directory.PersonChanged)
    def person_changed(self, event: directory.PersonChanged, tx: Tx) -> None:
        """Whose accounts a unit has (17)."""
        keeping.keep_person(tx, hearing.person_row(event))

    @listens(directory.CalendarRevised)
    def calendar_revised(self, event: directory.CalendarRevised, tx: Tx) -> None:
        """Open orders are re-dated by a tick."""
        hearing.keep_calendar(tx, event)

    @listens(sla.LightTurned)
    def light_turned(self, event: sla.LightTurned, tx: Tx) -> None:
        """Orders are listed by their lights (12)."""
        keeping.keep_light(tx, event.order_id, hearing.light_of(event), event.version)

    @listens(sla.UrgingIssued)
    def urging_issued(self, event: sla.UrgingIssued, tx: Tx) -> None:
        """An order shows its 催办单 (12)."""
        keeping.keep_urging(tx, event.urging_id, hearing.urging_row(event), None, event.version)

    @listens(sla.UrgingVoided)
    def urging_voided(self, event: sla.UrgingVoided, tx: Tx) -> None:
        """It stays, marked void."""
        keeping.keep_urging(tx, event.urging_id, {"order_id": event.order_id}, event.reason, event.version)

    @listens(notify.CallEnded)
    def call_ended(self, event: notify.CallEnded, tx: Tx) -> None:
        """An automatic call is over (11(8))."""
        calling_back.call_ended(tx, hearing.ended_of(event))

    @ticks(seconds=1)
    def escalate_requests(self, store: Store) -> None:
        """Undecided requests go up to the supervisor (11(4))."""
        timing.escalate_requests(store)

    @ticks(seconds=1)
    def redate_orders(self, store: Store) -> None:
        """A revised calendar re-dates what is open."""
        timing.redate_orders(store)

    @ticks(seconds=MEASURE_SECONDS, heeds_clock=False)
    def measure(self, store: Store) -> None:
        """How many orders are open, and what waits for the hub."""
        counting.measure(store)


WORKER = DispatchWorker
