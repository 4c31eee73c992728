"""What intake hears and what it does by the clock."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.bus import listens, listens_together, ticks
from chassis.bus.duties import keeps_keys, keeps_revocations, seals_days, witnesses
from chassis.counting import MEASURE_SECONDS
from chassis.enums import word_of
from chassis.store import Store, Tx
from hotline.directory.v1.events_pb2 import PersonChanged, SigningKeyPublished, TenantChanged, TokensRevoked, UnitChanged, UnitKind
from hotline.dispatch.v1.events_pb2 import JournalSealed as DispatchSealed
from hotline.dispatch.v1.events_pb2 import OrderChanged
from hotline.intake.v1.events_pb2 import JournalSealed
from services.intake import counting
from services.intake.actions.following import keep_orders
from services.intake.actions.keeping import forget_words, keep_words
from services.intake.messages import snapshot_of
from services.intake.rules.reading import Unit
from services.intake.store import directory


class IntakeWorker:
    """Follows orders, keeps what it must know of units, people and tenants, seals the journal."""

    name = "intake"

    signing_key_published = keeps_keys(SigningKeyPublished)
    tokens_revoked = keeps_revocations(TokensRevoked)
    seal_days = seals_days(JournalSealed)
    journal_sealed = witnesses(DispatchSealed)

    @listens_together(OrderChanged)
    def order_changed(self, events: Sequence[OrderChanged], tx: Tx) -> None:
        """Tickets show their orders' states, close with them, and are read by their holders (Art. 11(10), 17)."""
        keep_orders(tx, map(snapshot_of, events))

    @ticks(seconds=5)
    def keep_words(self, store: Store) -> None:
        """Tickets are found by their words."""
        keep_words(store)

    @ticks(seconds=3600)
    def forget_words(self, store: Store) -> None:
        """Those of 90 days."""
        forget_words(store)

    @listens(UnitChanged)
    def unit_changed(self, event: UnitChanged, tx: Tx) -> None:
        """Whom a complaint about a unit concerns (Art. 17)."""
        unit = Unit(event.unit_id, event.tenant_id, word_of(UnitKind.DESCRIPTOR, event.kind))
        with tx.acting_for(event.tenant_id) as owner:
            directory.keep_unit(owner, unit, event.handling_tenant_id, event.parent_id, event.successor_id, event.version)

    @listens(PersonChanged)
    def person_changed(self, event: PersonChanged, tx: Tx) -> None:
        """Who may be complained about in person (Art. 17)."""
        with tx.acting_for(event.tenant_id) as owner:
            directory.keep_person(owner, event.person_id, event.tenant_id, event.version)

    @listens(TenantChanged)
    def tenant_changed(self, event: TenantChanged, tx: Tx) -> None:
        """The tenant's choices where the regulation leaves one."""
        with tx.acting_for(event.tenant_id) as owner:
            directory.keep_policies(owner, event.tenant_id, dict(event.policies), event.version)

    @ticks(seconds=MEASURE_SECONDS, heeds_clock=False)
    def measure(self, store: Store) -> None:
        """How many tickets wait, and for how many it is late."""
        counting.measure(store)


WORKER = IntakeWorker
