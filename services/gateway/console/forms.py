"""What a form sent, as the message that a method is asked with: fields by their names, `place.town` inside another, `states` many times.

Of a list of texts each line is one. An instant is typed as local time; an enum by its name, with or without what all begin with.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from fastapi import Request
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from regulation.instants import SHANGHAI
from services.gateway.console.words import enum_of, prefix_of
from services.gateway.problems import Problem

MOST_BYTES = 256 * 1024
YES = frozenset({"on", "true", "1", "yes"})
Fields = list[tuple[str, str]]


async def fields_of(request: Request) -> Fields:
    """What the address asks for and, of a POST, the form sent. Raises Problem for a form that is too long."""
    asked = list(request.query_params.multi_items())
    if request.method != "POST":
        return asked
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Problem("TOO_LONG", "填写的内容过长：请缩短后重新提交")
    return [*asked, *parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)]


def new_request_id() -> str:
    """One for each form that is shown: sent twice, it takes effect once."""
    return str(uuid4())


def fill(message: Message, fields: Iterable[tuple[str, str]]) -> None:
    """Set what a form sent. Names that the message has no field for are left to others; what is empty stays unset.

    Raises Problem for what is no value of its field.
    """
    for name, value in fields:
        if value.strip():
            _set(message, name.split("."), value)


def _set(message: Any, path: list[str], value: str) -> None:
    field = message.DESCRIPTOR.fields_by_name.get(path[0])
    if field is None:
        return
    if len(path) > 1:
        if field.message_type:
            _set(getattr(message, field.name), path[1:], value)
        return
    if field.message_type is not None and field.message_type.full_name == Timestamp.DESCRIPTOR.full_name:
        getattr(message, field.name).FromDatetime(_instant(field, value))
    elif field.message_type is None:
        for each in _listed(field, value):
            _put(message, field, _value(field, each))


def _listed(field: FieldDescriptor, value: str) -> list[str]:
    """Of a list of texts each line is one."""
    if field.is_repeated and field.type == FieldDescriptor.TYPE_STRING:
        return [line.strip() for line in value.splitlines() if line.strip()]
    return [value]


def _put(message: Any, field: FieldDescriptor, value: Any) -> None:
    try:
        if field.is_repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)
    except (ValueError, TypeError, UnicodeError):
        raise _wrong(field) from None


def _value(field: FieldDescriptor, value: str) -> Any:
    if field.enum_type is not None:
        return _number(field, value)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return value in YES
    if field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES):
        return value.replace("\r\n", "\n")
    try:
        return int(value)
    except ValueError:
        raise _wrong(field) from None


def _number(field: FieldDescriptor, name: str) -> int:
    enum = enum_of(field)
    value = enum.values_by_name.get(name) or enum.values_by_name.get(prefix_of(enum) + name)
    if value is None:
        raise _wrong(field)
    return int(value.number)


def _instant(field: FieldDescriptor, value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise _wrong(field) from None
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).astimezone(UTC).replace(tzinfo=None)


def _wrong(field: FieldDescriptor) -> Problem:
    return Problem("INVALID", f"{field.name}：填写的内容不符合要求，请改正后重新提交", field=field.name)
