"""Facts and sums made anew from what was told: after a change of the definition, or to prove that they are the same (Art. 20)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete

from chassis.store import Tx
from services.assessment.actions.hearing import count_orders, subject_of
from services.assessment.rules.rates import definition
from services.assessment.rules.told import Order
from services.assessment.rules.upkeep import upkeep_facts
from services.assessment.store import orders, upkeeping
from services.assessment.store.facts import Subject, replace_facts
from services.assessment.store.tables import facts, sums

BATCH = 500


def recount(tx: Tx) -> int:
    """Make the facts and sums of the transaction's tenant anew; answers how many orders there were. Meanwhile its events wait."""
    for table in (facts, sums):
        tx.run(delete(table).where(table.c.tenant_id == tx.by.tenant_id))
    count = 0
    for found in _batches(tx):
        replace_facts(tx, [subject_of(order) for order in found], count_orders(tx, found))
        count += len(found)
    for each in upkeeping.all_of(tx):
        replace_facts(tx, [Subject(each.upkeep_id, tx.by.tenant_id, "", "")], {each.upkeep_id: upkeep_facts(each, definition())})
    return count


def _batches(tx: Tx) -> Iterator[list[Order]]:
    last = ""
    while found := orders.after(tx, last, BATCH):
        yield found
        last = found[-1].order_id
