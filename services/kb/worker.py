"""What kb hears and what it does by the clock."""

from __future__ import annotations

from datetime import UTC, date

from chassis.auth import keep_key, keep_revocation
from chassis.bus import listens, ticks
from chassis.journal import Seal, Sealing
from chassis.store import Store, Tx
from hotline.directory.v1 import events_pb2 as directory
from hotline.intake.v1.events_pb2 import TicketSettled
from hotline.kb.v1.events_pb2 import JournalSealed
from services.kb.actions import judging, upkeeping
from services.kb.store import copies


class KbWorker:
    """Keeps what it must know of units and tenants, counts citations, minds what grows stale."""

    name = "kb"
    _sealing: Sealing | None = None

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
        kind = directory.UnitKind.Name(event.kind).removeprefix("UNIT_KIND_").lower()
        is_open = event.state != directory.UNIT_STATE_CLOSED
        copies.keep_unit(tx, event.unit_id, event.tenant_id, event.name, kind, event.version, is_open=is_open)

    @listens(directory.SigningKeyPublished)
    def signing_key_published(self, event: directory.SigningKeyPublished, tx: Tx) -> None:
        """Who may call is told by tokens signed with it."""
        retired_at = event.retired_at.ToDatetime(UTC) if event.HasField("retired_at") else None
        keep_key(tx, event.key_id, event.public_key, retired_at, event.version)

    @listens(directory.TokensRevoked)
    def tokens_revoked(self, event: directory.TokensRevoked, tx: Tx) -> None:
        """Older tokens of somebody are no longer taken."""
        keep_revocation(tx, event.subject, event.issued_before.ToDatetime(UTC), event.version)

    @ticks(seconds=1)
    def check_entries(self, store: Store) -> None:
        """Entries whose review or source is over become work of their unit (8(3))."""
        upkeeping.check_entries(store)

    @ticks(seconds=1)
    def miss_terms(self, store: Store) -> None:
        """What was not done in its term is a fact (15(5))."""
        upkeeping.miss_terms(store)

    @ticks(seconds=60)
    def seal_days(self, store: Store) -> None:
        """The signed heads of days that are over (Art. 10)."""
        self._sealing = self._sealing or Sealing(store, _tell_seal)
        self._sealing.seal_days()


def _tell_seal(tx: Tx, seal: Seal) -> None:
    event = JournalSealed(tenant_id=seal.tenant_id, day=seal.day, entries=seal.entries, head=seal.head, signature=seal.signature)
    tx.tell(event, seal.tenant_id, date.fromisoformat(seal.day).toordinal(), seal.tenant_id)


WORKER = KbWorker
