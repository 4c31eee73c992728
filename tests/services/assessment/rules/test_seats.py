"""6(3): which calls are taken, and figures held against a contract to the last call."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.assessment.rules.contracts import Contract, Held, Outcome, bound_of, check_contract, hold
from services.assessment.rules.inspecting import Defect, Inspected, found
from services.assessment.rules.rates import Figure
from services.assessment.rules.seats import Counting, Measure, SeatCall, check_call, names_somebody

AT = dt.datetime(2025, 3, 3, 2, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
TAKEN = SeatCall("c-1", AT, AT + 60 * SECOND, AT + 15 * SECOND, None, "s-1", "a-1")
MARCH = Contract("某公司", "HT-1", dt.date(2025, 3, 1), dt.date(2025, 12, 31), {Measure.ANSWERED_IN_TIME: Decimal("0.95")})


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"call_id": "13812345678"}, "call_id"), ({"call_id": "q13812345678-1"}, "call_id"), ({"call_id": "cdr_13812345678_2"}, "call_id"),
        ({"seat": "0533-2345678"}, "seat"), ({"agent": "370301199001011234"}, "agent"), ({"agent": ""}, "agent"), ({"seat": ""}, "agent"),
        ({"answered_at": None}, "answered_at"), ({"abandoned_at": AT}, "answered_at"), ({"answered_at": AT - SECOND}, "ended_at"),
        ({"ended_at": AT + 14 * SECOND}, "ended_at"), ({"ended_at": AT + dt.timedelta(days=2)}, "ended_at"),
    ],
)  # fmt: skip
def test_a_call_that_is_told_wrongly_is_refused_by_its_field(changed: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_call(replace(TAKEN, **changed), AT + dt.timedelta(days=1))  # type: ignore[arg-type]  # fields of a call
    assert refused.value.field == field


@pytest.mark.parametrize("call_id", ["1741572000.123", "20250303-000123", "0195a3c2-7d1e-7b3a-9c55-3f2e1d0c9b8a", "CTI:S1.Q2:0000000042"])
def test_an_exchange_s_usual_ids_are_taken(call_id: str) -> None:
    assert not names_somebody(call_id)
    check_call(replace(TAKEN, call_id=call_id), AT + dt.timedelta(days=1))
    check_call(replace(TAKEN, answered_at=None, abandoned_at=AT, seat="", agent=""), AT + dt.timedelta(days=1))


def test_a_call_s_waiting_is_rounded_so_that_none_is_in_time_that_was_not() -> None:
    assert TAKEN.waited_ms == 15_000
    assert replace(TAKEN, answered_at=AT + 15 * SECOND + dt.timedelta(microseconds=1)).waited_ms == 15_001


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 10_000))
def test_a_term_is_met_by_the_exact_share(hits: int, more: int, bound: int) -> None:
    counted, share = hits + more, Decimal(bound) / 10_000
    least, most = (Held(measure, Figure("", counted, hits), share).outcome for measure in (Measure.CONNECTED, Measure.TICKET_DEFECTS))
    if not counted:
        assert least is most is Outcome.ABSENT
    else:
        assert (least is Outcome.MET) == (hits * 10_000 >= bound * counted)
        assert (most is Outcome.MET) == (hits * 10_000 <= bound * counted)


def test_what_the_contract_says_nothing_of_is_figured_all_the_same() -> None:
    figures = {measure: Figure(measure.value, 2, 1) for measure in Measure}
    assert [each.outcome for each in hold(figures, MARCH)] == [Outcome.UNMET, *[Outcome.NO_TERM] * 4]
    assert {each.outcome for each in hold(figures, None)} == {Outcome.NO_TERM}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"since": dt.date(2025, 3, 2)}, "since_day"), ({"until": dt.date(2025, 12, 30)}, "until_day"),
        ({"until": dt.date(2025, 2, 28)}, "until_day"), ({"counting": Counting(601)}, "answer_within_seconds"),
        ({"counting": Counting(15, 601)}, "short_abandon_seconds"), ({"counting": Counting(15, 0, 101)}, "pass_score"),
    ],
)  # fmt: skip
def test_a_contract_is_of_whole_months(changed: dict[str, object], field: str) -> None:
    check_contract(MARCH)
    with pytest.raises(Invalid) as refused:
        check_contract(replace(MARCH, **changed))  # type: ignore[arg-type]  # fields of a contract
    assert refused.value.field == f"contract.{field}"


@pytest.mark.parametrize("text", ["95%", "1.01", "-0.1", "0.95001", "NaN", "Infinity", ""])
def test_a_bound_is_a_share(text: str) -> None:
    assert bound_of("0.9500") == Decimal("0.95")
    with pytest.raises(Invalid):
        bound_of(text)


def test_a_call_has_a_score_and_a_ticket_defects() -> None:
    assert found(Inspected.CALL, "92.5", [], "录音").score == Decimal("92.5")
    assert found(Inspected.TICKET, "", [Defect.WORDING, Defect.WORDING], "工单").defects == (Defect.WORDING,)
    for inspected, score, defects, evidence in (
        (None, "", [], "录音"), (Inspected.CALL, "", [], "录音"), (Inspected.CALL, "100.1", [], "录音"),
        (Inspected.CALL, "9.55", [], "录音"),
        (Inspected.CALL, "90", [Defect.OTHER], "录音"), (Inspected.TICKET, "90", [], "工单"), (Inspected.TICKET, "", [], " "),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            found(inspected, score, defects, evidence)
