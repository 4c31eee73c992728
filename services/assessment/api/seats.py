"""The company at the seats: calls, quality marks, contracts and statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chassis.errors import Invalid
from chassis.stamps import instant, instant_of, stamp
from chassis.store import Tx
from hotline.assessment.v1 import contracts_pb2, rates_pb2
from hotline.assessment.v1 import seats_pb2 as pb
from services.assessment.actions import contracting, inspecting, seating
from services.assessment.messages import offer_message
from services.assessment.rules.contracts import Contract, Held, Outcome, bound_of
from services.assessment.rules.inspecting import Defect, Inspected
from services.assessment.rules.offering import of_statement
from services.assessment.rules.seats import CONTRACT, MEASURES, Counting, Measure, SeatCall
from services.assessment.store import contracts, seats

HITS = {rates_pb2.HITS_ONLY: True, rates_pb2.HITS_NONE: False}
MEASURE = {pb.Measure.Value(f"MEASURE_{measure.name}"): measure for measure in Measure}
INSPECTED = {pb.Inspected.Value(f"INSPECTED_{each.name}"): each for each in Inspected}
DEFECT = {pb.Defect.Value(f"DEFECT_{each.name}"): each for each in Defect}
OUTCOME = {
    Outcome.NO_TERM: pb.TERM_OUTCOME_UNSPECIFIED,
    Outcome.MET: pb.TERM_OUTCOME_MET,
    Outcome.UNMET: pb.TERM_OUTCOME_UNMET,
    Outcome.ABSENT: pb.TERM_OUTCOME_ABSENT,
}
DAYS = ("since_day", "until_day")


class SeatDoor:
    """Calls and quality marks."""

    service = "hotline.assessment.v1.SeatService"

    def ImportSeatCalls(self, request: pb.ImportSeatCallsRequest, tx: Tx) -> pb.ImportSeatCallsResponse:
        """By the telephone exchange."""
        came = seating.import_seat_calls(tx, [_told(each) for each in request.calls])
        refused = [pb.RefusedCall(at=each.at, field=each.field, reason=each.reason) for each in came.refused]
        return pb.ImportSeatCallsResponse(taken=came.taken, known=came.known, refused=refused)

    def FigureSeats(self, request: pb.FigureSeatsRequest, tx: Tx) -> pb.FigureSeatsResponse:
        """Held against the contract."""
        found = seating.figure_seats(tx, request.tenant_id, (request.since_day, request.until_day))
        return pb.FigureSeatsResponse(figures=map(held, found.held), until_day=found.until_day, contract_version=found.contract_version)

    def ListSeatCalls(self, request: pb.ListSeatCallsRequest, tx: Tx) -> pb.ListSeatCallsResponse:
        """The oldest first."""
        span, measure = (request.since_day, request.until_day), MEASURE.get(request.measure)
        found, token = seating.list_seat_calls(
            tx, request.page, request.tenant_id, span, measure, request.agent, request.contract_version, hit=HITS.get(request.hits)
        )
        return pb.ListSeatCallsResponse(calls=map(_call, found), next_page_token=token)

    def EnterQualityMark(self, request: pb.EnterQualityMarkRequest, tx: Tx) -> pb.EnterQualityMarkResponse:
        """With evidence."""
        defects = [_defect(each) for each in request.defects]
        entered = inspecting.enter_quality_mark(
            tx, INSPECTED.get(request.inspected), request.subject_id, request.score, defects, request.evidence
        )
        return pb.EnterQualityMarkResponse(mark=_mark(entered))

    def WithdrawQualityMark(self, request: pb.WithdrawQualityMarkRequest, tx: Tx) -> pb.WithdrawQualityMarkResponse:
        """With a reason."""
        return pb.WithdrawQualityMarkResponse(mark=_mark(inspecting.withdraw_quality_mark(tx, request.mark_id, request.reason)))

    def ListQualityMarks(self, request: pb.ListQualityMarksRequest, tx: Tx) -> pb.ListQualityMarksResponse:
        """The oldest day first."""
        span, inspected = (request.since_day, request.until_day), INSPECTED.get(request.inspected)
        found, token = inspecting.list_quality_marks(tx, request.page, request.tenant_id, span, inspected)
        return pb.ListQualityMarksResponse(marks=map(_mark, found), next_page_token=token)


class ContractDoor:
    """Contracts and statements."""

    service = "hotline.assessment.v1.ContractService"

    def SetContract(self, request: contracts_pb2.SetContractRequest, tx: Tx) -> contracts_pb2.SetContractResponse:
        """The next version."""
        return contracts_pb2.SetContractResponse(contract=_contract(contracting.set_contract(tx, _asked(request.contract))))

    def ListContracts(self, request: contracts_pb2.ListContractsRequest, tx: Tx) -> contracts_pb2.ListContractsResponse:
        """The newest first."""
        found, token = contracting.list_contracts(tx, request.page, request.tenant_id)
        return contracts_pb2.ListContractsResponse(contracts=map(_contract, found), next_page_token=token)

    def IssueStatement(self, request: contracts_pb2.IssueStatementRequest, tx: Tx) -> contracts_pb2.IssueStatementResponse:
        """A month that is over."""
        return contracts_pb2.IssueStatementResponse(statement=_statement(contracting.issue_statement(tx, request.month)))

    def CorrectStatement(self, request: contracts_pb2.CorrectStatementRequest, tx: Tx) -> contracts_pb2.CorrectStatementResponse:
        """With a reason."""
        corrected = contracting.correct_statement(tx, request.month, request.version, request.reason)
        return contracts_pb2.CorrectStatementResponse(statement=_statement(corrected))

    def GetStatement(self, request: contracts_pb2.GetStatementRequest, tx: Tx) -> contracts_pb2.GetStatementResponse:
        """The newest version unless one is named."""
        found = contracting.get_statement(tx, request.tenant_id, request.month, request.version)
        offers = map(offer_message, of_statement(newest=contracting.is_newest(tx, found)))
        return contracts_pb2.GetStatementResponse(statement=_statement(found), offers=offers)

    def ListStatements(self, request: contracts_pb2.ListStatementsRequest, tx: Tx) -> contracts_pb2.ListStatementsResponse:
        """The newest first."""
        found, token = contracting.list_statements(tx, request.page, request.tenant_id)
        return contracts_pb2.ListStatementsResponse(statements=map(_statement, found), next_page_token=token)


def held(each: Held) -> pb.Held:
    """A figure against its term."""
    described, figure = MEASURES[each.measure], each.figure
    value = figure.value
    return pb.Held(
        measure=pb.Measure.Value(f"MEASURE_{each.measure.name}"), term=described.term, numerator=described.numerator,
        denominator=described.denominator, hits=figure.hits, counted=figure.counted, value="" if value is None else str(value),
        bound="" if each.bound is None else str(each.bound), outcome=OUTCOME[each.outcome],
    )  # fmt: skip


def _told(call: pb.SeatCall) -> SeatCall:
    return SeatCall(
        call.call_id, instant(call.queued_at), instant(call.ended_at), instant_of(call, "answered_at"), instant_of(call, "abandoned_at"),
        call.seat, call.agent,
    )  # fmt: skip


def _call(row: Mapping[Any, Any]) -> pb.SeatCall:
    at = {name: stamp(row[name]) for name in ("queued_at", "answered_at", "abandoned_at", "ended_at")}
    return pb.SeatCall(call_id=row["call_id"], seat=row["seat"], agent=row["agent"], **at)


def _defect(number: pb.Defect.ValueType) -> Defect:
    if number not in DEFECT:
        raise Invalid("defects", "请选择差错的种类", CONTRACT.code)
    return DEFECT[number]


def _mark(row: Mapping[Any, Any]) -> pb.QualityMark:
    names = ("mark_id", "subject_id", "number", "agent", "day", "evidence", "entered_by", "withdrawn_reason")
    return pb.QualityMark(
        **{name: row[name] for name in names},
        inspected=pb.Inspected.Value(f"INSPECTED_{row['inspected'].upper()}"),
        score="" if row["tenths"] is None else str(Decimal(row["tenths"]) / seats.TENTHS),
        defects=[pb.Defect.Value(f"DEFECT_{each.upper()}") for each in row["defects"]],
        entered_at=stamp(row["entered_at"]),
        withdrawn_at=stamp(row["withdrawn_at"]),
    )


def _asked(asked: contracts_pb2.Contract) -> Contract:
    """A contract as it was asked for. Raises Invalid for a term that is none, or stands twice."""
    terms: dict[Measure, Decimal] = {}
    for each in asked.terms:
        measure = MEASURE.get(each.measure)
        if measure is None or measure in terms:
            raise Invalid("contract.terms.measure", "请为每项要求选择指标，每个指标只约定一次", CONTRACT.code)
        terms[measure] = bound_of(each.bound)
    usual = Counting()
    counting = Counting(
        asked.answer_within_seconds or usual.answer_within_seconds, asked.short_abandon_seconds, asked.pass_score or usual.pass_score
    )  # fmt: skip
    since, until = (dt.date.fromisoformat(getattr(asked, name)) for name in DAYS)
    return Contract(asked.company, asked.number, since, until, terms, counting)


def _contract(row: Mapping[Any, Any]) -> contracts_pb2.Contract:
    kept = contracts.contract_of(row)
    terms = [
        contracts_pb2.Term(measure=pb.Measure.Value(f"MEASURE_{measure.name}"), bound=str(bound)) for measure, bound in kept.terms.items()
    ]  # fmt: skip
    about = {name: row[name] for name in ("version", "company", "number", *DAYS, "set_by")}
    return contracts_pb2.Contract(**about, **row["counting"], terms=terms, set_at=stamp(row["set_at"]))


def _statement(row: Mapping[Any, Any]) -> contracts_pb2.Statement:
    names = ("month", "version", "company", "contract_version", "issued_by", "reason", "document_id")
    lines = [held(each) for each in contracts.lines_of(row)]
    return contracts_pb2.Statement(**{name: row[name] for name in names}, lines=lines, issued_at=stamp(row["issued_at"]))
