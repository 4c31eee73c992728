"""What becomes of a message at intake (Art. 2, 3, 11(1)); a formed one goes on by its path."""

from __future__ import annotations

from datetime import datetime, timedelta

from simulator.case import Case
from simulator.choosing import Intake, Plan
from simulator.courses.steps import dispatched, finished, replied_early, unit_for
from simulator.desks.refusals import refused
from simulator.desks.registering import Classified, register
from simulator.timeline import Course

# A ticket has an hour by phone.
SOON = (3, 25)
TOO_LATE = timedelta(minutes=100)
SECRECY = "17"


def received(case: Case, plan: Plan) -> Course:
    """Registered, and settled as planned."""
    party = unit_for(case) if plan.intake is Intake.KEEP else ""
    _register(case, plan, party)
    yield _soon(case)
    match plan.intake:
        case Intake.ANSWER:
            case.ticket.answer_directly()
        case Intake.DECLINE:
            case.ticket.decline(plan.code)
        case Intake.PASS:
            case.ticket.pass_emergency(plan.code)
        case Intake.WITHDRAW:
            case.ticket.withdraw()
        case Intake.REPEAT:
            yield from _repeated(case)
        case Intake.RECUR:
            yield from _recurred(case, plan)
        case Intake.KEEP:
            yield from case.formed()
            yield from _kept_from(case, party)
        case Intake.LINGER:
            yield case.now + TOO_LATE
            yield from case.formed()
            yield from plan.path(case)
        case Intake.FORM:
            yield from case.formed()
            yield from plan.path(case)


def _register(case: Case, plan: Plan, party: str) -> None:
    city = case.stage.city
    classified = Classified(city.category_of(case.message), case.district.tenant_id, plan.urgent, party)
    case.ticket = register(case.stage.house, city.hub_id, case.message, case.citizen, classified)


def _repeated(case: Case) -> Course:
    """11(1): an operator finds a repeat, an officer declines it, with a link to the concluded ticket."""
    earlier = _concluded(case)
    with refused("11-1"):
        case.ticket.decline("REPEAT", earlier)
    case.ticket.request_decline(earlier)
    yield _soon(case)
    case.ticket.decline("REPEAT", earlier, officer=True)


def _recurred(case: Case, plan: Plan) -> Course:
    """11(1): an officer finds that it is none: the matter came back."""
    earlier = _concluded(case)
    case.ticket.request_decline(earlier)
    yield _soon(case)
    case.ticket.refuse_decline()
    yield from case.formed(earlier)
    yield from plan.path(case)


def _kept_from(case: Case, party: str) -> Course:
    """17: the party complained about does not get it; another unit does."""
    yield case.after(0.3, 3)
    with refused(SECRECY):
        case.order.dispatch(party)
    others = [unit.unit_id for unit in case.units() if unit.unit_id != party]
    yield from dispatched(case, others[0])
    yield case.after(0.5, 3)
    case.order.sign_in()
    yield from replied_early(case)
    yield from finished(case)


def _concluded(case: Case) -> str:
    """The ticket of the same caller's earlier message."""
    if case.earlier is None:
        raise LookupError("nobody called before")
    return case.stage.pages[case.earlier].ticket_id


def _soon(case: Case) -> datetime:
    return case.now + timedelta(minutes=case.chance.randrange(*SOON))
