from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.descriptor_pool import Default
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.declared import proto_modules
from chassis.stamps import stamp
from hotline.dispatch.v1.orders_pb2 import Order
from hotline.ticket.v1 import ticket_pb2 as shared
from services.gateway.console import words
from services.notify.rules.notices import NOTICES
from tests.docs.test_glossary import TERMS

NOW = datetime(2025, 1, 6, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("enum_name", sorted(words.table()))
def test_every_value_of_an_enum_has_its_word_and_no_word_is_of_none(enum_name: str) -> None:
    list(proto_modules())
    enum = Default().FindEnumTypeByName(f"hotline.{enum_name}")
    names = {words.own_name(enum, value.number) for value in enum.values}
    assert names - {"UNSPECIFIED"} == words.table()[enum_name].keys() - {"UNSPECIFIED"}
    said = list(words.table()[enum_name].values())
    assert len(said) == len(set(said))


def test_every_notice_has_its_word() -> None:
    assert words.codes()["notice"].keys() == NOTICES.keys()


# Where a page's words stand in the glossary under more than the value's name, the rest of that name.
CALLED = {"ticket.v1.Light": "{} light", "ticket.v1.DeadlineKind": "{} deadline", "dispatch.v1.ClockState": "clock {}"}


@pytest.mark.parametrize("enum_name", ["dispatch.v1.OrderState", "intake.v1.TicketState", "intake.v1.DeclineCode", *CALLED])
def test_the_words_are_the_glossarys(enum_name: str) -> None:
    for name, word in words.table()[enum_name].items():
        called = CALLED.get(enum_name, "{}").format(name.lower().replace("_", " ")).replace("none light", "no light")
        assert word == TERMS.get(called, word), name


def test_a_value_is_told_by_its_word_and_an_unset_one_by_a_dash() -> None:
    order = Order(light=shared.LIGHT_RED)
    assert words.term(order, "light") == "红灯"
    assert words.term(order, "nature") == "—"


def test_an_instant_is_told_in_local_time_and_by_what_is_left_of_it() -> None:
    assert words.moment(stamp(NOW)) == "2025年1月6日 周一 09:30"
    assert words.moment(Timestamp()) == words.moment(None) == "—"
    assert words.left_until(stamp(NOW + timedelta(days=2, hours=3)), NOW) == "还剩2天3小时"
    assert words.left_until(stamp(NOW - timedelta(minutes=90)), NOW) == "已超1小时30分"
    assert words.left_until(None, NOW) == ""


def test_a_share_of_nothing_is_absent_and_no_zero() -> None:
    assert (words.share("0.833333"), words.share("0.000000"), words.share("")) == ("83.33%", "0.00%", "—")


def test_a_ground_is_given_as_in_a_letter() -> None:
    assert words.clause("15-1") == "超出办理时限未办理"


def test_an_article_is_cited_as_in_a_letter() -> None:
    assert words.cite("11-6") == "第十一条第(六)项"
    assert words.cite("") == ""
