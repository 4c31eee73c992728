"""What notify decides, without a store."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from chassis.errors import Invalid
from regulation.policy import Policy
from services.notify.lifecycle import Channel, State, follows
from services.notify.rules import pace
from services.notify.rules.costs import cost_of, fits, parts_of
from services.notify.rules.delivery import FIRST_PAUSE, LONGEST_PAUSE, Attempt, Next, Outcome, after, choose
from services.notify.rules.hours import next_day, quiet_until
from services.notify.rules.notices import FIELDS, NOTICES, Audience, Secrecy
from services.notify.rules.templates import compile_template, examples, in_order, moment, render
from services.notify.store.templates import shipped

BOTH = ("one", "two")
HIDDEN = sorted(name for name, field in FIELDS.items() if field.secrecy is not Secrecy.OPEN)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def tried(*steps: tuple[str, Outcome | None]) -> list[Attempt]:
    return [Attempt(number, provider, outcome) for number, (provider, outcome) in enumerate(steps, 1)]


@pytest.mark.parametrize(("notice", "field"), [(name, field) for name, field in product(NOTICES, HIDDEN)])
def test_no_unit_is_told_who_complained_or_what_and_nobody_who_called(notice: str, field: str) -> None:
    told = NOTICES[notice]
    to_caller = told.audience is Audience.CALLER and FIELDS[field].secrecy is Secrecy.CONTENT
    if to_caller and field in told.fields:
        assert compile_template(notice, f"{{{field}}}").fields[0].name == field
        return
    with pytest.raises(Invalid) as refused:
        compile_template(notice, f"工单{{{field}}}")
    assert (refused.value.field, refused.value.article) == ("text", None if to_caller else "17")


def test_no_notice_to_a_unit_may_ever_hold_a_field_that_is_hidden_from_units() -> None:
    to_units = [notice for notice in NOTICES.values() if notice.audience is not Audience.CALLER]
    assert {name for notice in to_units for name in notice.fields} & set(HIDDEN) == set()
    assert len(to_units) > 5


@pytest.mark.parametrize("text", ["{nobody}", "{number", "number}", "{}", "{{number}}", "{due_at}", "{number }"])
def test_a_field_that_is_not_the_notices_and_a_lone_brace_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"text|字段"):
        compile_template("ticket_formed", text)


def test_every_notice_ships_words_for_each_of_its_channels_and_they_compile() -> None:
    for name, notice in NOTICES.items():
        written = {channel for told, channel, language in shipped() if (told, language) == (name, "zh-CN")}
        assert written == set(notice.channels) - {Channel.WEBHOOK}
        for channel in written:
            template = compile_template(name, shipped()[name, channel, "zh-CN"].text)
            text = render(template, examples(template), lambda: "https://12345.example/r/AbC")
            assert "{" not in text
            assert notice.fields[0] == "number"
            # A number of a dozen characters is not read out.
            assert channel is Channel.VOICE or FIELDS["number"].example in text


def test_what_callers_are_told_by_sms_ships_in_english_too_and_reads_so() -> None:
    wanted = {name for name, notice in NOTICES.items() if notice.audience is Audience.CALLER and Channel.SMS in notice.channels}
    english = {(name, channel): text for (name, channel, language), text in shipped().items() if language == "en"}
    assert english.keys() == {(name, Channel.SMS) for name in wanted}
    for (name, channel), text in english.items():
        template = compile_template(name, text.text)
        assert {field.name for field in template.fields} == {
            field.name for field in compile_template(name, shipped()[name, channel, "zh-CN"].text).fields
        }
        values = {**examples(template), "answer": "Done."}
        assert render(template, values, lambda: "https://12345.example/r/AbC", "en").isascii()


@pytest.mark.parametrize(
    ("language", "names"),
    [("", ("zh-CN",)), ("zh-TW", ("zh-CN",)), ("en", ("en", "zh-CN")), ("en-GB", ("en-GB", "en", "zh-CN")), ("EN", ("EN", "en", "zh-CN"))],
)
def test_words_are_looked_for_in_a_language_then_its_first_part_then_chinese(language: str, names: tuple[str, ...]) -> None:
    assert in_order(language) == names


def test_a_supervision_is_told_by_its_number_its_clause_and_its_term() -> None:
    template = compile_template("supervised", shipped()["supervised", Channel.INAPP, "zh-CN"].text)
    values = {"number": "DB1", "ground": "超出办理时限未办理", "due_at": "2025-01-10T16:00:00+00:00"}
    assert render(template, values) == (
        "【督办】督办单DB1：因超出办理时限未办理，市政府市民投诉中心对本单位进行督办，请于2025年1月10日24:00前整改并反馈。"
    )
    with pytest.raises(Invalid, match="没有字段"):
        compile_template("supervised", "{reason}")


def test_values_are_written_as_people_read_them() -> None:
    template = compile_template("extension_told", "{number}延至{due_at}")
    assert render(template, {"number": "ZB1", "due_at": "2025-01-10T16:00:00+00:00"}) == "ZB1延至2025年1月10日24:00"
    assert moment(local("2025-01-10T09:05")) == "2025年1月10日09:05"
    assert [moment(local(at), "en") for at in ("2025-01-10T09:05", "2025-01-11T00:00")] == ["2025-01-10 09:05", "2025-01-10 24:00"]
    long = render(compile_template("answer_passed", "{answer}"), {"answer": "答" * 400})
    assert (len(long), long[-1]) == (300, "…")
    assert render(compile_template("rating_link", "{link}"), {}) == "（链接）"


@pytest.mark.parametrize(
    ("begin", "end", "now", "until"),
    [
        ("22:00", "08:00", "2025-01-06T21:59", None),
        ("22:00", "08:00", "2025-01-06T22:00", "2025-01-07T08:00"),
        ("22:00", "08:00", "2025-01-07T00:00", "2025-01-07T08:00"),
        ("22:00", "08:00", "2025-01-07T07:59", "2025-01-07T08:00"),
        ("22:00", "08:00", "2025-01-07T08:00", None),
        ("12:00", "14:00", "2025-01-06T13:00", "2025-01-06T14:00"),
        ("12:00", "14:00", "2025-01-06T14:00", None),
        ("08:00", "08:00", "2025-01-06T03:00", None),
    ],
)
def test_quiet_hours_may_pass_midnight(begin: str, end: str, now: str, until: str | None) -> None:
    policy = Policy.of({"quiet_from": begin, "quiet_until": end})
    assert quiet_until(local(now), policy) == (local(until) if until else None)


def test_the_next_day_begins_at_midnight() -> None:
    assert next_day(local("2025-01-06T23:59")) == local("2025-01-07T00:00")


@pytest.mark.parametrize(("length", "parts"), [(0, 1), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3)])
def test_a_text_beyond_seventy_characters_takes_parts_of_sixty_seven(length: int, parts: int) -> None:
    assert parts_of("字" * length) == parts
    assert cost_of("字" * length, Decimal("0.045")) == Decimal("0.045") * parts


def test_money_is_exact_and_what_is_free_fits_always() -> None:
    assert fits(Decimal("9.955"), Decimal("0.045"), Decimal(10))
    assert not fits(Decimal("9.9551"), Decimal("0.045"), Decimal(10))
    assert fits(Decimal(11), Decimal(0), Decimal(10))
    assert parts_of("😀" * 35) == 1
    assert parts_of("😀" * 36) == 2


@pytest.mark.parametrize(
    ("attempts", "free", "chosen"),
    [
        ([], BOTH, "one"),
        ([], ("two",), "two"),
        ([], (), None),
        ([("one", Outcome.UNREACHABLE)], BOTH, "two"),
        ([("one", Outcome.UNREACHABLE), ("two", Outcome.UNREACHABLE)], BOTH, "one"),
        ([("one", Outcome.REFUSED)], BOTH, "two"),
        ([("one", Outcome.REFUSED)], ("one",), None),
        # It may have taken it: it alone can know.
        ([("one", Outcome.UNANSWERED)], BOTH, "one"),
        ([("one", Outcome.UNANSWERED)], ("two",), None),
        ([("one", None)], BOTH, "one"),
        ([("gone", None)], BOTH, "one"),
    ],
)
def test_the_next_provider(attempts: list[tuple[str, Outcome | None]], free: tuple[str, ...], chosen: str | None) -> None:
    assert choose(tried(*attempts), BOTH, free) == chosen


@pytest.mark.parametrize(
    ("attempts", "following"),
    [
        ([("one", Outcome.TAKEN)], Next(State.SENT)),
        ([("one", Outcome.REFUSED)], Next(State.QUEUED)),
        ([("one", Outcome.REFUSED), ("two", Outcome.REFUSED)], Next(State.FAILED)),
        ([("one", Outcome.STOPPED)], Next(State.FAILED)),
        ([("one", Outcome.NO_CONTACT)], Next(State.FAILED)),
        ([("one", Outcome.UNREACHABLE)], Next(State.QUEUED)),
        ([("one", Outcome.UNREACHABLE), ("two", Outcome.UNREACHABLE)], Next(State.QUEUED, FIRST_PAUSE)),
        ([("one", Outcome.UNREACHABLE), ("two", Outcome.REFUSED), ("one", Outcome.UNREACHABLE)], Next(State.QUEUED, FIRST_PAUSE * 2)),
        ([("one", Outcome.UNANSWERED)], Next(State.QUEUED, timedelta(seconds=60))),
    ],
)
def test_what_follows_an_attempt(attempts: list[tuple[str, Outcome]], following: Next) -> None:
    assert after(tried(*attempts), BOTH) == following


def test_the_pause_doubles_with_each_round_up_to_ten_minutes_and_a_throttle_is_obeyed() -> None:
    rounds = [tried(*[("one", Outcome.UNREACHABLE)] * number) for number in range(1, 40)]
    pauses = [after(each, ("one",)).pause for each in rounds]
    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert after(tried(("one", Outcome.THROTTLED)), ("one",), timedelta(minutes=3)).pause == timedelta(minutes=3)


def test_a_provider_is_given_no_more_than_its_rate() -> None:
    begin, rate, sent = local("2025-01-06T09:00"), 10.0, 0
    since = pace.full(rate, begin)
    for tick in range(201):
        now = begin + timedelta(seconds=tick / 20)
        room = pace.room(rate, since, now)
        since, sent = pace.less(rate, since, now, room), sent + room
    assert 100 <= sent <= 103
    # Another machine's clock is behind.
    assert pace.room(rate, since, begin) == 0
    assert [pace.room(slow, pace.full(slow, begin), begin) for slow in (0.1, 1.0, 8.0)] == [1, 1, 2]


def test_whoever_has_it_has_it_and_late_news_changes_nothing() -> None:
    assert [state for state in State if follows(State.DELIVERED, state)] == []
    assert all(follows(state, State.DELIVERED) for state in State if state is not State.DELIVERED)
    assert not follows(State.FAILED, State.SENT)
    assert not follows(State.SENT, State.QUEUED)
