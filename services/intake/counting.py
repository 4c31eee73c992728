"""What intake counts: every step of a ticket and whether its time to settle was over by then (11(1)), and what waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from chassis.counting import TENANT, Level, Tally, counted, know
from chassis.store import Store, Tx
from services.intake.lifecycle import VERB_TERMS, State
from services.intake.rules.ticket import Ticket
from services.intake.store.tables import tenants, tickets

LATE = ("no", "yes")
STEPS = Tally("hotline_ticket_steps", "What was done to tickets; late: settled past its time (11(1))", TENANT, verb=VERB_TERMS, late=LATE)
UNSETTLED = Level("hotline_tickets_unsettled", "Tickets that are not settled; late: past their time (11(1))", TENANT, late=LATE)


def count_step(tx: Tx, ticket: Ticket, verb: str, *, late: bool) -> None:
    """A step of a ticket."""
    STEPS.add(tx, (ticket.tenant_id,), verb=verb, late=LATE[late])


def measure(store: Store) -> None:
    """Count what waits, across tenants, by the index of states."""
    know_tenants(store)
    UNSETTLED.put(counted(store.read_across(lambda tx: tx.kept("tickets unsettled", _unsettled, now=tx.now)), "tenant_id", "late"))


def know_tenants(store: Store) -> None:
    """Have the series of every tenant."""
    know((row["tenant_id"], "") for row in store.read_across(lambda tx: tx.kept("tenants", lambda: select(tenants.c.tenant_id))))


def _unsettled() -> Select[Any]:
    own = tickets.c
    late = case((own.settle_by < bindparam("now", type_=own.settle_by.type), LATE[True]), else_=LATE[False]).label("late")
    waits = own.state == State.REGISTERED.value
    return select(own.tenant_id, late, func.count().label("n")).where(waits).group_by(own.tenant_id, late)
