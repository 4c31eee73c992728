"""What provincial hears: of tickets and orders that came from the province, and what it must know of others."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.bus import listens, listens_together
from chassis.bus.duties import keeps_keys, keeps_revocations, seals_days
from chassis.store import Tx
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import events_pb2 as intake
from hotline.provincial.v1.events_pb2 import JournalSealed
from services.provincial.actions import hearing
from services.provincial.store import copies


class ProvincialWorker:
    """Keeps what the province is to be told."""

    name = "provincial"

    signing_key_published = keeps_keys(directory.SigningKeyPublished)
    tokens_revoked = keeps_revocations(directory.TokensRevoked)
    seal_days = seals_days(JournalSealed)

    @listens(directory.TenantChanged)
    def tenant_changed(self, event: directory.TenantChanged, tx: Tx) -> None:
        """Its cut-off and terms."""
        copies.keep_tenant(tx, event.tenant_id, dict(event.policies), event.version)

    @listens(directory.UnitChanged)
    def unit_changed(self, event: directory.UnitChanged, tx: Tx) -> None:
        """What the province is told of whom an order went to."""
        copies.keep_unit(tx, event.unit_id, event.name, event.version)

    @listens(intake.TicketFormed)
    def ticket_formed(self, event: intake.TicketFormed, tx: Tx) -> None:
        """11(1): accepted."""
        hearing.ticket_formed(tx, event)

    @listens(intake.TicketSettled)
    def ticket_settled(self, event: intake.TicketSettled, tx: Tx) -> None:
        """3, 11(1): answered, declined or passed."""
        hearing.ticket_settled(tx, event)

    @listens_together(dispatch.OrderChanged)
    def order_changed(self, events: Sequence[dispatch.OrderChanged], tx: Tx) -> None:
        """11(2), 11(8), 11(10): transferred, called back, closed; most orders are none of the province's."""
        for event in events:
            hearing.order_changed(tx, event)

    @listens(dispatch.AnswerPassed)
    def answer_passed(self, event: dispatch.AnswerPassed, tx: Tx) -> None:
        """11(5): what came of it."""
        hearing.answer_passed(tx, event)

    @listens(dispatch.ExtensionRequested)
    def extension_requested(self, event: dispatch.ExtensionRequested, tx: Tx) -> None:
        """11(4)."""
        hearing.extension_requested(tx, event)

    @listens(dispatch.ProgressReportRequested)
    def progress_report_requested(self, event: dispatch.ProgressReportRequested, tx: Tx) -> None:
        """11(7)."""
        hearing.progress_report_requested(tx, event)

    @listens(dispatch.ReturnRequested)
    def return_requested(self, event: dispatch.ReturnRequested, tx: Tx) -> None:
        """11(6)."""
        hearing.return_requested(tx, event)


WORKER = ProvincialWorker
