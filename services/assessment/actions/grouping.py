"""14, 18: topics are found by a job in what callers said, and go on from run to run. Needs scipy: jobs alone import it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chassis import journal
from chassis.caller import Caller
from chassis.store import Store, Tx
from services.assessment.rules.topics import SPAN, Group, carry_over
from services.assessment.store import copies, numbering
from services.assessment.store import topics as rows
from services.assessment.topics.grouping import group

FINDING = "14"


def find_topics(store: Store) -> int:
    """For each tenant; answers how many topics grew or are new. What lies behind the span is read no more, and its words are dropped."""
    found = 0
    for by in (Caller.timer(store.service, tenant_id) for tenant_id in store.read_across(copies.tenants_of)):
        groups = group(store.read(by, lambda tx: rows.said_since(tx, tx.now - SPAN)))
        found += store.write(by, partial(keep_topics, groups=groups))
        while store.write(by, lambda tx: rows.forget_words(tx, tx.now - SPAN)) == rows.BATCH:
            pass
    return found


def keep_topics(tx: Tx, groups: Sequence[Group]) -> int:
    """What was found continues what is known; all of a run or nothing. Two runs at once take turns: the second changes nothing."""
    numbering.hold(tx, numbering.TOPIC)
    known = rows.continued_since(tx, tx.now - SPAN)
    changed = 0
    for each, topic_id in zip(groups, carry_over(groups, known), strict=True):
        if topic_id is None:
            fresh = rows.add(tx, each)
            journal.append(tx, fresh, "find_topic", FINDING, {"calls": len(each.told)})
            changed += 1
        elif not each.ticket_ids <= known[topic_id]:
            rows.grow(tx, topic_id, each, known[topic_id])
            changed += 1
    return changed
