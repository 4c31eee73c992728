"""What assessment hears."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.bus import listens, listens_together, ticks
from chassis.bus.duties import keeps_keys, keeps_revocations, seals_days
from chassis.enums import word_of
from chassis.stamps import instant
from chassis.store import Store, Tx
from hotline.assessment.v1.events_pb2 import JournalSealed
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1.events_pb2 import AnswerPassed, OrderChanged
from hotline.intake.v1.events_pb2 import TicketFormed, TicketSettled
from hotline.kb.v1 import events_pb2 as kb
from hotline.notify.v1.events_pb2 import CallEnded
from services.assessment import counting
from services.assessment.actions import finding, hearing, looking, surveying, tallying
from services.assessment.rules.upkeep import Upkeep
from services.assessment.store import calendars, copies, naming
from services.assessment.words import call_of, names_of, told_of, words_of


class AssessmentWorker:
    """Keeps the facts that rates are made of."""

    name = "assessment"

    signing_key_published = keeps_keys(directory.SigningKeyPublished)
    tokens_revoked = keeps_revocations(directory.TokensRevoked)
    seal_days = seals_days(JournalSealed)

    @listens_together(OrderChanged)
    def order_changed(self, events: Sequence[OrderChanged], tx: Tx) -> None:
        """11, 20: what became of orders and their rounds."""
        hearing.take_orders(tx, [told_of(event) for event in events])

    @listens(AnswerPassed)
    def answer_passed(self, event: AnswerPassed, tx: Tx) -> None:
        """19: replies are compared by keyed hashes; their words are not kept."""
        finding.answer_passed(tx, event.order_id, event.round, event.result, instant(event.at))

    @listens_together(TicketFormed)
    def ticket_formed(self, events: Sequence[TicketFormed], tx: Tx) -> None:
        """15(2): a concluded matter may have come back. 18: calls are counted, and may be a burst."""
        for event in events:
            if event.recurs_ticket_id:
                hearing.ticket_recurred(tx, event.ticket_id, event.recurs_ticket_id, instant(event.formed_at))
        _take_calls(tx, events)

    @listens_together(TicketSettled)
    def ticket_settled(self, events: Sequence[TicketSettled], tx: Tx) -> None:
        """18: calls that need no order are counted too."""
        _take_calls(tx, events)

    @listens(kb.UpkeepAsked)
    def upkeep_asked(self, event: kb.UpkeepAsked, tx: Tx) -> None:
        """15(5): a unit's term began."""
        hearing.upkeep_told(tx, Upkeep(event.upkeep_id, event.unit_id, due_at=instant(event.due_at)))

    @listens(kb.UpkeepDone)
    def upkeep_done(self, event: kb.UpkeepDone, tx: Tx) -> None:
        """15(5): it was done, in time or not."""
        hearing.upkeep_told(tx, Upkeep(event.upkeep_id, event.unit_id, done_at=instant(event.at)))

    @listens(kb.EntryRefused)
    def entry_refused(self, event: kb.EntryRefused, tx: Tx) -> None:
        """15(5): a text did not meet what was demanded."""
        looking.entry_refused(tx, event.unit_id, event.entry_id, event.entry_version, instant(event.at))

    @listens(CallEnded)
    def call_ended(self, event: CallEnded, tx: Tx) -> None:
        """20: a call of a third-party sample is over; of others nothing is known here."""
        surveying.call_ended(tx, event.call_id, event.digits)

    @listens(directory.CalendarRevised)
    def calendar_revised(self, event: directory.CalendarRevised, tx: Tx) -> None:
        """Terms of supervision are counted by it."""
        days = [(each.date, each.working, each.reason) for each in event.days]
        calendars.keep_calendar(tx, event.tenant_id, event.revision, days, list(event.noticed_years), event.version)

    @listens(directory.TenantChanged)
    def tenant_changed(self, event: directory.TenantChanged, tx: Tx) -> None:
        """Whose district it is, and its choices where the regulation leaves one."""
        copies.keep_tenant(tx, event.tenant_id, event.parent_tenant_id, dict(event.policies), event.version)

    @listens(directory.UnitChanged)
    def unit_changed(self, event: directory.UnitChanged, tx: Tx) -> None:
        """4: who is assessed."""
        kind = word_of(directory.UnitKind.DESCRIPTOR, event.kind)
        unit: dict[str, str | int | bool] = {
            name: getattr(event, name)
            for name in ("unit_id", "tenant_id", "name", "parent_id", "handling_tenant_id", "successor_id", "version")
        }
        copies.keep_unit(tx, {**unit, "kind": kind, "open": event.state != directory.UNIT_STATE_CLOSED})

    @ticks(seconds=5)
    def look_for_grounds(self, store: Store) -> None:
        """15: what the facts of the days that are over call for."""
        looking.look_for_grounds(store)

    @ticks(seconds=counting.SECONDS, heeds_clock=False)
    def measure(self, store: Store) -> None:
        """What the rates have come to."""
        counting.measure(store)


def _take_calls(tx: Tx, events: Sequence[TicketFormed] | Sequence[TicketSettled]) -> None:
    tallying.take_calls(tx, [(call_of(event), words_of(event)) for event in events])
    naming.keep_names(tx, {code: name for event in events for code, name in names_of(event).items()})


WORKER = AssessmentWorker
