"""One effect for each number and version; codes; what is told again; what differs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.provincial.lifecycle import FeedbackState, MessageKind
from services.provincial.rules.comparing import Difference, differences
from services.provincial.rules.delivery import LONGEST_PAUSE, Outcome, after
from services.provincial.rules.mapping import Codes, read_codes
from services.provincial.rules.receiving import Known, Verdict, digest_of, judge, request_id

ORDER, SUPPLEMENT = MessageKind.ORDER, MessageKind.SUPPLEMENT
ONE, OTHER = b"1" * 32, b"2" * 32


@pytest.mark.parametrize(
    ("kind", "known", "has_ticket", "verdict"),
    [
        (ORDER, None, False, Verdict.TAKE),
        (ORDER, Known(ONE, taken=False), False, Verdict.TAKE),
        (ORDER, Known(ONE, taken=True), True, Verdict.AGAIN),
        (ORDER, Known(OTHER, taken=True), True, Verdict.REUSED),
        (ORDER, Known(OTHER, taken=False), False, Verdict.REUSED),
        (SUPPLEMENT, None, True, Verdict.TAKE),
        (SUPPLEMENT, None, False, Verdict.LATER),
        (SUPPLEMENT, Known(ONE, taken=True), True, Verdict.AGAIN),
        (SUPPLEMENT, Known(OTHER, taken=True), True, Verdict.REUSED),
    ],
)
def test_a_message_has_one_effect(kind: MessageKind, known: Known | None, verdict: Verdict, *, has_ticket: bool) -> None:
    assert judge(kind, ONE, known, has_ticket=has_ticket) is verdict


def test_a_content_is_the_same_however_its_json_was_written() -> None:
    said = {"msgType": "ORDER", "content": {"a": 1, "b": "停水"}}
    again = {"content": {"b": "停水", "a": 1}, "msgType": "ORDER"}
    assert digest_of(ONE, said) == digest_of(ONE, again) != digest_of(ONE, {**said, "msgType": "URGE"})
    assert digest_of(ONE, said) != digest_of(OTHER, said), "a digest is keyed"


def test_a_request_id_is_its_message_s_and_no_other_s() -> None:
    messages: list[tuple[str, str, int, str]] = [
        ("a", "1", 1, ""), ("a", "1", 2, ""), ("a", "11", 1, ""), ("b", "1", 1, ""), ("a", "1", 1, "0"), ("a", "1", 1, "1"),
    ]  # fmt: skip
    ids = {request_id(*each) for each in messages}
    assert len(ids) == len(messages)
    assert all(len(each) <= 64 for each in ids)
    assert request_id("a", "1", 1) in ids


def test_a_code_without_a_mapping_is_taken_with_a_warning() -> None:
    codes = Codes({"03": "complaint"}, {"1101": "01.01.01"}, {"370303": "zhangdian"})
    read = read_codes(codes, "03", "9999", "")
    assert (read.nature, read.category, read.district) == ("complaint", "", "")
    assert [(each.about, each.said) for each in read.warnings] == [("category", "9999")]


def test_a_mapping_to_no_nature_of_article_3_is_refused() -> None:
    with pytest.raises(ValueError, match="grumbling"):
        Codes({"09": "grumbling"})


@pytest.mark.parametrize(
    ("outcome", "tries", "state", "pause"),
    [
        (Outcome.TAKEN, 1, FeedbackState.TAKEN, timedelta()),
        (Outcome.REFUSED, 1, FeedbackState.REFUSED, timedelta()),
        (Outcome.UNKNOWN, 1, FeedbackState.QUEUED, timedelta(seconds=2)),
        (Outcome.UNKNOWN, 3, FeedbackState.QUEUED, timedelta(seconds=8)),
        (Outcome.UNKNOWN, 10_000, FeedbackState.QUEUED, LONGEST_PAUSE),
    ],
)
def test_it_is_told_until_the_province_has_taken_it(outcome: Outcome, tries: int, state: FeedbackState, pause: timedelta) -> None:
    following = after(outcome, tries)
    assert (following.state, following.pause) == (state, pause)


def test_every_difference_is_listed_by_name() -> None:
    here = {("SD1", "1"): "order", ("SD1", "2"): "supplement", ("SD3", "1"): "order"}
    there = {("SD1", "1"): "order", ("SD1", "2"): "urging", ("SD2", "1"): "order"}
    assert list(differences("sent", here, there)) == [
        Difference("sent", "SD1", "2", "unlike"),
        Difference("sent", "SD2", "1", "missing_here"),
        Difference("sent", "SD3", "1", "missing_there"),
    ]
