"""The words that people read: an enum's value in Chinese, an instant in local time, an article as a letter cites it."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.stamps import instant
from regulation.articles import Article
from regulation.grounds import Ground
from regulation.instants import to_local

FILE = Path(__file__).with_name("words.toml")
DAYS = "一二三四五六日"
NOTHING = "—"


@cache
def table() -> dict[str, dict[str, str]]:
    """The words of every enum that pages speak of, by `dispatch.v1.OrderState` and the value's own name."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def codes() -> dict[str, dict[str, str]]:
    """The words of codes that are no enums, by the name of their field."""
    return tomllib.loads(FILE.with_name("codes.toml").read_text(encoding="utf-8"))


def term(message: Any, field: str) -> str:
    """What a message's enum says, in Chinese; — where it is not set. Raises KeyError for an enum without words."""
    return value_term(message.DESCRIPTOR.fields_by_name[field], getattr(message, field))


def terms(message: Any, field: str) -> list[str]:
    """What each of a message's enums says, in Chinese. Raises KeyError for an enum without words."""
    found = message.DESCRIPTOR.fields_by_name[field]
    return [value_term(found, number) for number in getattr(message, field)]


def name(message: Any, field: str) -> str:
    """The value's own name, as a form sends it."""
    found = message.DESCRIPTOR.fields_by_name[field]
    return own_name(enum_of(found), getattr(message, field))


def value_term(field: FieldDescriptor, number: int) -> str:
    """The word for a value of a field. Raises KeyError for an enum without words."""
    enum = enum_of(field)
    words = table()[enum.full_name.removeprefix("hotline.")]
    name = own_name(enum, number)
    return words.get(name, NOTHING) if number == 0 else words[name]


def enum_of(field: FieldDescriptor) -> EnumDescriptor:
    """The enum of a field that has one. Raises TypeError for any other."""
    if field.enum_type is None:
        raise TypeError(f"{field.full_name} is no enum")
    return field.enum_type


def choices(enum_name: str) -> list[tuple[str, str]]:
    """What a form offers of an enum: names and words, in its order, without the unspecified."""
    return [(name, word) for name, word in table()[enum_name].items() if name != "UNSPECIFIED"]


def own_name(enum: EnumDescriptor, number: int) -> str:
    """A value's name without what all of its enum begin with: HANDLING of ORDER_STATE_HANDLING."""
    return str(enum.values_by_number[number].name).removeprefix(prefix_of(enum))


def prefix_of(enum: EnumDescriptor) -> str:
    """What all names of an enum begin with: ORDER_STATE_ of OrderState."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", enum.name).upper() + "_"


def moment(stamped: Timestamp | None) -> str:
    """An instant in local time: 2026年11月26日 周四 17:30; — where it is not set."""
    if not _is_set(stamped):
        return NOTHING
    return local(instant(stamped))


def local(at: dt.datetime) -> str:
    """An instant in local time, as `moment` has it."""
    at = to_local(at)
    return f"{at:%Y年}{at.month}月{at.day}日 周{DAYS[at.weekday()]} {at:%H:%M}"


def left_until(stamped: Timestamp | None, now: dt.datetime) -> str:
    """How long until an instant, or since it: 还剩2天3小时, 已超3小时."""
    if not _is_set(stamped):
        return ""
    seconds = int((instant(stamped) - now).total_seconds())
    return f"还剩{_span(seconds)}" if seconds >= 0 else f"已超{_span(-seconds)}"


def share(value: str) -> str:
    """A rate as people read it: 83.33%; — of an empty denominator, which is no zero."""
    return f"{Decimal(value) * 100:.2f}%" if value else NOTHING


def cite(code: str) -> str:
    """An article as it is cited: 第十一条第(六)项. Nothing for no code."""
    return Article.parse(code).cite() if code else ""


def article_words(code: str) -> str:
    """What the article says. Nothing for no code."""
    return Article.parse(code).words() if code else ""


def clause(code: str) -> str:
    """A ground of supervision, as a letter gives it: 超出办理时限未办理."""
    return Ground(code).clause


def _is_set(stamped: Timestamp | None) -> TypeGuard[Timestamp]:
    return stamped is not None and (stamped.seconds != 0 or stamped.nanos != 0)


def _span(seconds: int) -> str:
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days}天{hours}小时"
    return f"{hours}小时{minutes}分" if hours else f"{minutes}分钟"
