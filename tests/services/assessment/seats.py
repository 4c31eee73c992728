"""Calls at the seats as an exchange tells them, for the tests of 6(3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from chassis.caller import Caller
from hotline.assessment.v1 import contracts_pb2
from hotline.assessment.v1 import seats_pb2 as pb
from tests.services.assessment.overseers import Desk, person
from tests.services.assessment.telling import BEGIN, stamp

ASSESSOR = person("p-9", "hub", "zibo", "ASSESSOR", "zibo", "zhangdian")
EXCHANGE = Caller("system", "exchange", "zibo", "hub", frozenset({"ROLE_TELEPHONE_EXCHANGE"}))
MARCH = {"since_day": "2025-03-01", "until_day": "2025-03-31"}
TERMS = {
    pb.MEASURE_ANSWERED_IN_TIME: "0.75", pb.MEASURE_CONNECTED: "0.8", pb.MEASURE_QUALITY: "0.9", pb.MEASURE_TICKET_DEFECTS: "0.5",
}  # fmt: skip
SECOND = dt.timedelta(seconds=1)


def call(call_id: str, waited: float = 5, *, answered: bool = True, begin: dt.datetime = BEGIN, agent: str = "a-1") -> pb.SeatCall:
    """One that waited so many seconds, and a minute later was over."""
    met = stamp(begin + waited * SECOND)
    told = pb.SeatCall(call_id=call_id, queued_at=stamp(begin), ended_at=stamp(begin + (waited + 60) * SECOND))
    if answered:
        told.answered_at.CopyFrom(met)
        told.seat, told.agent = "s-1", agent
    else:
        told.abandoned_at.CopyFrom(met)
    return told


def imported(desk: Desk, *calls: pb.SeatCall, by: Caller = EXCHANGE, **asked: Any) -> Any:
    """What came of them."""
    return desk.ask("SeatService/ImportSeatCalls", by, calls=calls, **asked)


def contract(desk: Desk, terms: dict[Any, str] = TERMS, by: Caller = ASSESSOR, **changed: Any) -> Any:
    """A contract of the year."""
    told = {"company": "某服务外包公司", "number": "HT-2025-1", "since_day": "2025-01-01", "until_day": "2025-12-31", **changed}
    asked = contracts_pb2.Contract(terms=[contracts_pb2.Term(measure=measure, bound=bound) for measure, bound in terms.items()], **told)
    return desk.ask("ContractService/SetContract", by, contract=asked).contract


def figures(desk: Desk, by: Caller = ASSESSOR, **asked: Any) -> dict[str, tuple[int, int, str, str]]:
    """By measure: hits, counted, bound and outcome."""
    answer = desk.ask("SeatService/FigureSeats", by, **{**MARCH, **asked})
    return shown(answer.figures)


def shown(lines: Any) -> dict[str, tuple[int, int, str, str]]:
    """Lines by measure."""
    return {
        pb.Measure.Name(each.measure).removeprefix("MEASURE_").lower(): (
            each.hits, each.counted, each.bound, pb.TermOutcome.Name(each.outcome).removeprefix("TERM_OUTCOME_")
        )
        for each in lines
    }  # fmt: skip
