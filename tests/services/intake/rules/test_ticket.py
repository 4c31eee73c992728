"""Registration's dates and titles (Art. 10, 11(1), 23)."""

from datetime import timedelta

import pytest

from regulation.articles import NotAllowed
from regulation.natures import Channel
from regulation.policy import Policy
from services.intake.rules.settling import answer_directly
from services.intake.rules.ticket import edition_of, settle_by, settle_overdue, source_of, title_of
from tests.services.intake.rules.facts import NOON, ticket


@pytest.mark.parametrize("channel", Channel)
def test_an_hour_by_phone_and_a_day_else(channel: Channel) -> None:
    expected = timedelta(hours=1 if channel is Channel.PHONE else 24)
    assert settle_by(channel, NOON, Policy()) - NOON == expected


def test_the_hours_are_the_tenants_choice() -> None:
    policy = Policy(phone_forming_hours=2, online_forming_hours=48)
    assert settle_by(Channel.PHONE, NOON, policy) - NOON == timedelta(hours=2)
    assert settle_by(Channel.MAYOR_MAILBOX, NOON, policy) - NOON == timedelta(hours=48)


def test_the_instant_itself_is_on_time() -> None:
    given = ticket()
    assert not settle_overdue(given, given.settle_by)
    assert settle_overdue(given, given.settle_by + timedelta(microseconds=1))


def test_what_was_settled_in_time_never_becomes_overdue() -> None:
    settled = answer_directly(ticket(), "明天恢复供水", "operator-1", NOON)
    assert not settle_overdue(settled, NOON + timedelta(days=300))


def test_only_the_provincial_channel_makes_a_provincial_order() -> None:
    assert [channel for channel in Channel if source_of(channel) == "provincial"] == [Channel.PROVINCIAL]


def test_no_edition_no_ticket() -> None:
    with pytest.raises(NotAllowed) as refused:
        edition_of(NOON, Policy(continued_by=""))
    assert refused.value.article.code == "23"


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (" 停水 ", "无关", "停水"),
        ("", "家里停水了。请修", "家里停水了"),
        ("", "\n家里停水了\n请修", "家里停水了"),
        ("", "水" * 40, "水" * 40),
        ("", "水" * 41, "水" * 39 + "…"),
        ("", "。。", "。。"),
    ],
)
def test_a_title_is_the_one_given_or_the_first_sentence(title: str, text: str, expected: str) -> None:
    assert title_of(title, text) == expected
