"""The dates of an order: the rule table of `regulation.terms`, asked with the order's source, urgency and edition.

11(3): whatever a unit's answer is due by, the province's own date stands beside it and the earlier rules. An inner order has
none of its own: its outer one's date is that already.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from regulation import terms
from regulation.deadlines import Deadline
from regulation.instants import local_day
from services.dispatch.rules.law import Law
from services.dispatch.rules.order import Order

FARTHEST = 250
"""Working days; the widest horizon a policy may set."""


def dispatch(order: Order, since: dt.datetime, law: Law) -> Deadline:
    """11(2): the hub's, from the ticket being formed, or from a granted return."""
    return terms.dispatch_deadline(
        since, source=order.source, urgent=order.urgent, calendar=law.calendar, policy=law.policy, edition=law.edition
    )


def handle(order: Order, delivered_at: dt.datetime, law: Law, days: int | None = None) -> Deadline:
    """11(3), or 13 with the `days` chosen at dispatch."""
    own = terms.handle_deadline(
        delivered_at, source=order.source, urgent=order.urgent, days=days,
        calendar=law.calendar, policy=law.policy, edition=law.edition,
    )  # fmt: skip
    return ruling(order, own, law)


def first_report(order: Order, delivered_at: dt.datetime, law: Law) -> Deadline:
    """13: 2 hours by the clock."""
    return terms.first_report_deadline(delivered_at, source=order.source, calendar=law.calendar, policy=law.policy, edition=law.edition)


def upgraded(order: Order, old: Deadline, upgraded_at: dt.datetime, law: Law) -> Deadline:
    """13: the earlier of the old deadline and the upgrade + 3 working days."""
    own = terms.upgraded_result_deadline(
        _own_at(order, old), upgraded_at=upgraded_at, source=order.source,
        calendar=law.calendar, policy=law.policy, edition=law.edition,
    )  # fmt: skip
    return _following(order, old, own, law)


def give_back(order: Order, delivered_at: dt.datetime, due: Deadline, law: Law) -> Deadline:
    """11(6): the last instant of a timely return; an urgent or inner order's is never after its own date, nor any after the province's."""
    cap = due.deadline_at if order.urgent or order.inner or due.own_at else None
    return terms.return_deadline(
        delivered_at, source=order.source, urgent=order.urgent, result_at=cap,
        calendar=law.calendar, policy=law.policy, edition=law.edition,
    )  # fmt: skip


def extension(order: Order, old: Deadline, days: int, law: Law) -> Deadline:
    """11(4): the old deadline + n working days. Raises NotAllowed for an urgent order and for n < 1."""
    own = terms.extension_deadline(
        _own_at(order, old), days, order.source, urgent=order.urgent,
        calendar=law.calendar, policy=law.policy, edition=law.edition,
    )  # fmt: skip
    return _following(order, old, own, law)


def extension_again(order: Order, old: Deadline, days: int, law: Law) -> Deadline:
    """11(4): the same days by another calendar; what was granted is not judged anew."""
    return extension(order, old, days, replace(law, policy=replace(law.policy, urgent_may_postpone=True)))


def promise(order: Order, old: Deadline, promised_on: dt.date, asked_at: dt.datetime, law: Law) -> Deadline:
    """11(7): the promised day. Raises NotAllowed for an urgent order, and for a day too early or too far."""
    own = terms.promise_deadline(
        promised_on, asked_at=asked_at, old_deadline_at=old.deadline_at, source=order.source, urgent=order.urgent,
        calendar=law.calendar, policy=law.policy, edition=law.edition,
    )  # fmt: skip
    return ruling(order, own, law)


def promised_again(order: Order, promised_on: dt.date, asked_at: dt.datetime, law: Law) -> Deadline:
    """11(7): the same promised day by another calendar; what was granted is not judged anew."""
    policy = replace(law.policy, promise_horizon_days=FARTHEST, urgent_may_postpone=True)
    own = terms.promise_deadline(
        promised_on, asked_at=asked_at, source=order.source, urgent=order.urgent,
        calendar=law.calendar, policy=policy, edition=law.edition,
    )  # fmt: skip
    return ruling(order, own, law)


def deficient(order: Order, old: Deadline, sent_back_at: dt.datetime, law: Law) -> Deadline:
    """11(8): the later of the old deadline and the decision + 1 working day; the old one itself when it is the later."""
    fresh = terms.deficient_deadline(old, sent_back_at, calendar=law.calendar, policy=law.policy, edition=law.edition)
    if fresh == old:
        return old
    fresh = ruling(order, fresh, law)
    return fresh if fresh.deadline_at > old.deadline_at else old


def rework(order: Order, redelivered_at: dt.datetime, law: Law) -> Deadline:
    """11(9): a fresh term from redelivery; an urgent order's is a fresh result's."""
    own = terms.rework_deadline(
        redelivered_at, source=order.source, urgent=order.urgent, calendar=law.calendar, policy=law.policy, edition=law.edition
    )
    return ruling(order, own, law)


def ruling(order: Order, own: Deadline, law: Law, begun_at: dt.datetime | None = None) -> Deadline:
    """11(3): our date, or the province's where that is the earlier; both are kept. `begun_at`: since when it binds, where not by ours."""
    if order.provincial_due_at is None:
        return own
    return terms.ruling_deadline(own, order.provincial_due_at, begun_at=begun_at, calendar=law.calendar, policy=law.policy)


def decision(asked_at: dt.datetime, law: Law) -> dt.datetime:
    """11(4): until when the hub decides before the request goes up to the supervisor."""
    day = law.calendar.nth_working_day_after(local_day(asked_at), law.policy.late_decision_days)
    return law.calendar.closing(day.toordinal(), law.policy.cutoff_minutes)


def assisting(lead: Deadline, delivered_at: dt.datetime, law: Law) -> Deadline:
    """16: a working day before the lead's (policy), never before one after its own delivery; an hour limit is shared."""
    return terms.assisting_deadline(lead, delivered_at, calendar=law.calendar, policy=law.policy, edition=law.edition)


def capped(deadline: Deadline, outer: Deadline | None) -> Deadline:
    """7(2): never later than the outer order's date, which is taken over as it is where it is the earlier."""
    if outer is None or deadline.deadline_at <= outer.deadline_at:
        return deadline
    return replace(outer, kind=deadline.kind, article=deadline.article)


def _own_at(order: Order, old: Deadline) -> dt.datetime:
    """What our own next date is counted from: our own old one."""
    return old.by_rule_at if order.provincial_due_at else old.deadline_at


def _following(order: Order, old: Deadline, own: Deadline, law: Law) -> Deadline:
    """11(3): a date that is counted from another: the province's binds it as it bound that one."""
    due_at = order.provincial_due_at
    if due_at is not None and old.own_at is None and due_at < old.deadline_at:
        return own
    return ruling(order, own, law, order.present.delivered_at)
