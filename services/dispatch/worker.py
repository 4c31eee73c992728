"""What dispatch hears and what it does by the clock."""

from __future__ import annotations

from datetime import UTC, date

from chassis import journal
from chassis.auth import keep_key, keep_revocation
from chassis.bus import listens, ticks
from chassis.journal import Seal, Sealing
from chassis.store import Store, Tx
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1.events_pb2 import JournalSealed
from hotline.intake.v1 import events_pb2 as intake
from hotline.sla.v1 import events_pb2 as sla
from services.dispatch.actions import hearing, keeping, opening, timing


class DispatchWorker:
    """Opens orders as tickets are formed, keeps what it must know of others, and minds its own limits."""

    name = "dispatch"
    _sealing: Sealing | None = None

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

    @listens(directory.TenantChanged)
    def tenant_changed(self, event: directory.TenantChanged, tx: Tx) -> None:
        """Its choices where the regulation leaves one."""
        keeping.keep_tenant(tx, hearing.tenant_row(event))

    @listens(directory.UnitChanged)
    def unit_changed(self, event: directory.UnitChanged, tx: Tx) -> None:
        """Who may be dispatched to, and what lies below whom (11(2), 17)."""
        keeping.keep_unit(tx, hearing.unit_row(event))

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

    @listens(directory.SigningKeyPublished)
    def signing_key_published(self, event: directory.SigningKeyPublished, tx: Tx) -> None:
        """Who may call is told by tokens signed with it."""
        retired_at = event.retired_at.ToDatetime(UTC) if event.HasField("retired_at") else None
        keep_key(tx, event.key_id, event.public_key, retired_at, event.version)

    @listens(directory.TokensRevoked)
    def tokens_revoked(self, event: directory.TokensRevoked, tx: Tx) -> None:
        """Older tokens of somebody are no longer taken."""
        keep_revocation(tx, event.subject, event.issued_before.ToDatetime(UTC), event.version)

    @listens(intake.JournalSealed)
    def intake_sealed(self, event: intake.JournalSealed, tx: Tx) -> None:
        """A witness to intake's journal (10)."""
        journal.keep(tx, Seal("intake", event.tenant_id, event.day, event.entries, event.head, event.signature))

    @listens(sla.JournalSealed)
    def sla_sealed(self, event: sla.JournalSealed, tx: Tx) -> None:
        """A witness to sla's journal (10)."""
        journal.keep(tx, Seal("sla", event.tenant_id, event.day, event.entries, event.head, event.signature))

    @listens(directory.JournalSealed)
    def directory_sealed(self, event: directory.JournalSealed, tx: Tx) -> None:
        """A witness to directory's journal (10)."""
        journal.keep(tx, Seal("directory", event.tenant_id, event.day, event.entries, event.head, event.signature))

    @ticks(seconds=1)
    def escalate_requests(self, store: Store) -> None:
        """Undecided requests go up to the supervisor (11(4))."""
        timing.escalate_requests(store)

    @ticks(seconds=1)
    def redate_orders(self, store: Store) -> None:
        """A revised calendar re-dates what is open."""
        timing.redate_orders(store)

    @ticks(seconds=60)
    def seal_days(self, store: Store) -> None:
        """The signed heads of days that are over (10)."""
        self._sealing = self._sealing or Sealing(store, _tell_seal)
        self._sealing.seal_days()


def _tell_seal(tx: Tx, seal: Seal) -> None:
    event = JournalSealed(tenant_id=seal.tenant_id, day=seal.day, entries=seal.entries, head=seal.head, signature=seal.signature)
    tx.tell(event, seal.tenant_id, date.fromisoformat(seal.day).toordinal(), seal.tenant_id)


WORKER = DispatchWorker
