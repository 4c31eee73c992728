"""What kb hears and what it does by the clock."""

from __future__ import annotations

from chassis.bus import listens, ticks
from chassis.bus.duties import keeps_keys, keeps_revocations, seals_days
from chassis.counting import MEASURE_SECONDS
from chassis.enums import word_of
from chassis.store import Store, Tx
from hotline.directory.v1 import events_pb2 as directory
from hotline.intake.v1.events_pb2 import TicketSettled
from hotline.kb.v1.events_pb2 import JournalSealed
from services.kb import counting
from services.kb.actions import judging, upkeeping
from services.kb.store import copies


class KbWorker:
    """Keeps what it must know of units and tenants, counts citations, minds what grows stale."""

    name = "kb"

    signing_key_published = keeps_keys(directory.SigningKeyPublished)
    tokens_revoked = keeps_revocations(directory.TokensRevoked)
    seal_days = seals_days(JournalSealed)

    @listens(TicketSettled)
    def ticket_settled(self, event: TicketSettled, tx: Tx) -> None:
        """A direct answer may have cited an entry (11(1))."""
        if event.citation.entry_id:
            judging.count_cited(tx, tx.by.tenant_id, event.citation.entry_id)

    @listens(directory.TenantChanged)
    def tenant_changed(self, event: directory.TenantChanged, tx: Tx) -> None:
        """Whose district it is, and its choices where the regulation leaves one."""
        copies.keep_tenant(tx, event.tenant_id, event.parent_tenant_id, dict(event.policies), event.version)

    @listens(directory.UnitChanged)
    def unit_changed(self, event: directory.UnitChanged, tx: Tx) -> None:
        """Whose entries may be kept (8(3))."""
        kind = word_of(directory.UnitKind.DESCRIPTOR, event.kind)
        is_open = event.state != directory.UNIT_STATE_CLOSED
        copies.keep_unit(tx, event.unit_id, event.tenant_id, event.name, kind, event.version, is_open=is_open)

    @ticks(seconds=1)
    def check_entries(self, store: Store) -> None:
        """Entries whose review or source is over become work of their unit (8(3))."""
        upkeeping.check_entries(store)

    @ticks(seconds=1)
    def miss_terms(self, store: Store) -> None:
        """What was not done in its term is a fact (15(5))."""
        upkeeping.miss_terms(store)

    @ticks(seconds=MEASURE_SECONDS, heeds_clock=False)
    def measure(self, store: Store) -> None:
        """How much upkeep is not done, and of how much the term went by."""
        counting.measure(store)


WORKER = KbWorker
