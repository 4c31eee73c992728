"""Holds a request against what its fields declare, and masks numbers that name people where a text need not keep them.

The plan for a message is made once; protovalidate, the library for this, no longer reads google.protobuf messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from chassis.declared import field_of
from chassis.errors import Invalid
from chassis.redact import redact
from hotline.options.v1 import options_pb2 as options

BOUNDS = {
    options.KIND_ID: 64,
    options.KIND_LINE: 200,
    options.KIND_TEXT: 20_000,
    options.KIND_TOKEN: 4_096,
    options.KIND_SECRET: 1_024,
    options.KIND_BLOB: 10 * 1024 * 1024,
    options.KIND_DATE: 10,
}
MOST_ITEMS = 1_000
# No calendar reaches further, and arithmetic on what is beyond might leave the years there are.
FIRST_YEAR, LAST_YEAR = 1900, 2199
LAST_SECOND = int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp()) - 1
LONGEST_SPAN = 100 * 366 * 86_400
NANOS = 1_000_000_000
_ID = re.compile(r"[A-Za-z0-9._:-]*")
# Also what is not seen and turns or joins what is: directions, zero widths (but those that join emoji), the byte order mark.
_UNSEEN = r"\x7f-\x9f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
_CONTROL_LINE = re.compile(rf"[\x00-\x1f\u2028\u2029{_UNSEEN}]")
_CONTROL_TEXT = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f{_UNSEEN}]")

Check = Callable[[Message, str], None]


def check(request: Message) -> None:
    """Check a request in place. Raises Invalid with the path of the first field that is wrong."""
    _check(request, "")


def _check(message: Message, path: str) -> None:
    for each in _plan(message.DESCRIPTOR):
        each(message, path)


@cache
def _plan(descriptor: Descriptor) -> tuple[Check, ...]:
    if descriptor.full_name == "google.protobuf.Timestamp":
        return (_check_timestamp,)
    if descriptor.full_name == "google.protobuf.Duration":
        return (_check_duration,)
    return tuple(check for field in descriptor.fields for check in _checks_of(field))


def _checks_of(field: FieldDescriptor) -> Iterable[Check]:
    declared = field_of(field) or options.Field()
    if field.is_repeated:
        yield _count_check(field, declared)
    elif declared.required:
        yield _presence_check(field)
    if _is_map(field):
        yield _map_check(field, declared)
    elif field.type == FieldDescriptor.TYPE_MESSAGE:
        yield _message_check(field)
    elif field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES):
        yield _value_check(field, declared)
    elif field.type == FieldDescriptor.TYPE_ENUM:
        yield _enum_check(field)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _count_check(field: FieldDescriptor, declared: options.Field) -> Check:
    def run(message: Message, path: str) -> None:
        count = len(getattr(message, field.name))
        if count > MOST_ITEMS:
            raise Invalid(path + field.name, f"{path}{field.name}：最多 {MOST_ITEMS} 项，现有 {count} 项")
        if declared.required and not count:
            raise Invalid(path + field.name, f"{path}{field.name}：不能为空，请填写后重试")

    return run


def _presence_check(field: FieldDescriptor) -> Check:
    def run(message: Message, path: str) -> None:
        value = getattr(message, field.name)
        absent = not message.HasField(field.name) if field.has_presence else not value
        if absent or (isinstance(value, str) and _is_blank(value)):
            raise Invalid(path + field.name, f"{path}{field.name}：不能为空，请填写后重试")

    return run


def _message_check(field: FieldDescriptor) -> Check:
    def run(message: Message, path: str) -> None:
        if field.is_repeated:
            for number, item in enumerate(getattr(message, field.name)):
                _check(item, f"{path}{field.name}[{number}].")
        elif message.HasField(field.name):
            _check(getattr(message, field.name), f"{path}{field.name}.")

    return run


def _map_check(field: FieldDescriptor, declared: options.Field) -> Check:
    known = _known_values(field.message_type.fields_by_name["value"]) if field.message_type else frozenset[int]()

    def run(message: Message, path: str) -> None:
        entries = getattr(message, field.name)
        for key in list(entries):
            _checked(str(key), options.Field(kind=options.KIND_ID), path + field.name)
            where, value = f"{path}{field.name}.{key}", entries[key]
            if isinstance(value, Message):
                _check(value, f"{where}.")
            elif isinstance(value, str | bytes):
                entries[key] = _checked(value, declared, where)
            elif known and value not in known:
                raise Invalid(where, f"{where}：没有编号为 {value} 的取值")

    return run


def _value_check(field: FieldDescriptor, declared: options.Field) -> Check:
    def run(message: Message, path: str) -> None:
        value = getattr(message, field.name)
        if not value:
            return
        where = path + field.name
        if field.is_repeated:
            for number, item in enumerate(value):
                if isinstance(item, str) and _is_blank(item):
                    raise Invalid(f"{where}[{number}]", f"{where}[{number}]：不能为空，请填写后重试")
                value[number] = _checked(item, declared, f"{where}[{number}]")
        elif (fresh := _checked(value, declared, where)) is not value:
            setattr(message, field.name, fresh)

    return run


def _enum_check(field: FieldDescriptor) -> Check:
    known = _known_values(field)

    def run(message: Message, path: str) -> None:
        value = getattr(message, field.name)
        for number in value if field.is_repeated else (value,):
            if number not in known:
                raise Invalid(path + field.name, f"{path}{field.name}：没有编号为 {number} 的取值")

    return run


def _known_values(field: FieldDescriptor) -> frozenset[int]:
    return frozenset(field.enum_type.values_by_number) if field.enum_type else frozenset()


def _check_timestamp(message: Message, path: str) -> None:
    seconds, nanos = message.seconds, message.nanos  # type: ignore[attr-defined]  # a Timestamp
    if not 0 <= seconds <= LAST_SECOND or not 0 <= nanos < NANOS:
        raise Invalid(path.rstrip("."), f"{path.rstrip('.')}：应为 1970 年至 {LAST_YEAR} 年之间的时刻")


def _check_duration(message: Message, path: str) -> None:
    seconds, nanos = message.seconds, message.nanos  # type: ignore[attr-defined]  # a Duration
    if abs(seconds) > LONGEST_SPAN or abs(nanos) >= NANOS or seconds * nanos < 0:
        raise Invalid(path.rstrip("."), f"{path.rstrip('.')}：不是有效的时长")


def _checked(value: Any, declared: options.Field, where: str) -> Any:
    most = declared.max or BOUNDS.get(declared.kind, 0)
    if len(value) > most:
        unit = "字节" if isinstance(value, bytes) else "个字符"
        raise Invalid(where, f"{where}：最多 {most} {unit}，现有 {len(value)} {unit}，请缩短后重试")
    if isinstance(value, bytes):
        return value
    if declared.kind == options.KIND_ID and not _ID.fullmatch(value):
        raise Invalid(where, f"{where}：只能由字母、数字和 . _ : - 组成")
    if declared.kind == options.KIND_DATE:
        return _checked_date(value, where)
    if (_CONTROL_TEXT if declared.kind == options.KIND_TEXT else _CONTROL_LINE).search(value):
        raise Invalid(where, f"{where}：含有不可见的控制字符，请删除后重试")
    if declared.kind in (options.KIND_LINE, options.KIND_TEXT) and not (declared.raw or declared.identity):
        return redact(value)
    return value


def _checked_date(value: str, where: str) -> str:
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        parsed = None
    if parsed is None or parsed.isoformat() != value or not FIRST_YEAR <= parsed.year <= LAST_YEAR:
        raise Invalid(where, f"{where}：应为 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间的日期，写作 2025-01-06")
    return value


def _is_blank(text: str) -> bool:
    """Whether there is nothing to see."""
    return not any(character.isprintable() and not character.isspace() for character in text)
