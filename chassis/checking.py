"""Holds a request against what its fields declare, and masks numbers that name people where a text need not keep them.

The plan for a message is made once; protovalidate, the library for this, no longer reads google.protobuf messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
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
LAST_SECOND = 253_402_300_799
NANOS = 1_000_000_000
_ID = re.compile(r"[A-Za-z0-9._:-]*")
_CONTROL_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROL_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")

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
        if absent or (isinstance(value, str) and not value.strip()):
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
    def run(message: Message, path: str) -> None:
        entries = getattr(message, field.name)
        for key in entries:
            _checked(str(key), options.Field(kind=options.KIND_ID), path + field.name)
            if isinstance(entries[key], str):
                entries[key] = _checked(entries[key], declared, f"{path}{field.name}.{key}")

    return run


def _value_check(field: FieldDescriptor, declared: options.Field) -> Check:
    def run(message: Message, path: str) -> None:
        value = getattr(message, field.name)
        if not value:
            return
        where = path + field.name
        if field.is_repeated:
            for number, item in enumerate(value):
                value[number] = _checked(item, declared, f"{where}[{number}]")
        elif (fresh := _checked(value, declared, where)) is not value:
            setattr(message, field.name, fresh)

    return run


def _enum_check(field: FieldDescriptor) -> Check:
    known = frozenset(field.enum_type.values_by_number) if field.enum_type else frozenset[int]()

    def run(message: Message, path: str) -> None:
        value = getattr(message, field.name)
        for number in value if field.is_repeated else (value,):
            if number not in known:
                raise Invalid(path + field.name, f"{path}{field.name}：没有编号为 {number} 的取值")

    return run


def _check_timestamp(message: Message, path: str) -> None:
    seconds, nanos = message.seconds, message.nanos  # type: ignore[attr-defined]  # a Timestamp
    if not 0 <= seconds <= LAST_SECOND or not 0 <= nanos < NANOS:
        raise Invalid(path.rstrip("."), f"{path.rstrip('.')}：不是有效的时刻")


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
    if parsed is None or parsed.isoformat() != value:
        raise Invalid(where, f"{where}：应为 2025-01-06 这样的日期")
    return value
