"""Makes requests from what the protos declare: one that is well formed, and every way to spoil it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis.checking import BOUNDS
from chassis.declared import field_of
from hotline.options.v1 import options_pb2 as options

DEPTH = 3
WELL_FORMED: dict[int, str | bytes] = {
    options.KIND_ID: "nobody-knows-this",
    options.KIND_LINE: "一行文字",
    options.KIND_TEXT: "一段文字",
    options.KIND_TOKEN: "bm9uZQ==",
    options.KIND_SECRET: "no-such-secret",
    options.KIND_BLOB: b"blob",
    options.KIND_DATE: "2025-01-06",
}
TEXTS = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)
AnyField = Any  # a FieldDescriptor, of Python's or of upb's making
Path = tuple[AnyField, ...]


@dataclass(frozen=True)
class Spoilt:
    """A request with one field spoilt."""

    request: Message
    field: str
    how: str


def well_formed(method: MethodDescriptor) -> Message:
    """A request that passes every check of form; nothing it names exists."""
    request = GetMessageClass(method.input_type)()
    _fill(request, DEPTH)
    return request


def spoilt(method: MethodDescriptor) -> Iterator[Spoilt]:
    """The request with each text field missing, over-long, with control characters, or of the wrong form, one at a time."""
    for path in _text_fields(method.input_type, ()):
        for how, value in _bad_values(path[-1]):
            request = well_formed(method)
            _set(request, path, value)
            yield Spoilt(request, ".".join(field.name for field in path), how)


def _fill(message: Message, depth: int) -> None:
    for field in message.DESCRIPTOR.fields:
        if _is_map(field) or (field.containing_oneof and field is not field.containing_oneof.fields[0]):
            continue
        if field.message_type is not None:
            _fill_message(message, field, depth)
            continue
        value = _good(field)
        if value is not None:
            _assign(message, field, value)


def _fill_message(message: Message, field: AnyField, depth: int) -> None:
    if depth == 0 or field.message_type is None:
        return
    if field.message_type.full_name.startswith("google.protobuf."):
        if field.message_type.name == "Timestamp" and not field.is_repeated:
            getattr(message, field.name).FromJsonString("2025-01-06T00:00:00Z")
        return
    _fill(getattr(message, field.name).add() if field.is_repeated else getattr(message, field.name), depth - 1)


def _good(field: AnyField) -> str | bytes | int | None:
    if field.type in TEXTS:
        declared = field_of(field)
        return WELL_FORMED[declared.kind] if declared else None
    if field.enum_type is not None:
        return int(max(field.enum_type.values_by_number))
    return None


def _assign(message: Message, field: AnyField, value: str | bytes | int) -> None:
    if field.is_repeated:
        getattr(message, field.name)[:] = [value]
    else:
        setattr(message, field.name, value)


def _text_fields(descriptor: Descriptor, above: Path) -> Iterator[Path]:
    if len(above) > DEPTH:
        return
    for field in descriptor.fields:
        if field.type in TEXTS:
            yield (*above, field)
        elif field.message_type is not None and not _is_map(field) and not field.message_type.full_name.startswith("google."):
            yield from _text_fields(field.message_type, (*above, field))


def _bad_values(field: AnyField) -> Iterator[tuple[str, str | bytes]]:
    declared = field_of(field)
    assert declared is not None
    most = declared.max or BOUNDS[declared.kind]
    blob = declared.kind == options.KIND_BLOB
    yield "over-long", b"x" * (most + 1) if blob else "x" * (most + 1)
    if declared.required:
        yield "missing", b"" if blob else ""
    if not blob:
        yield "control characters", "a\x07b"
    if declared.kind == options.KIND_ID:
        yield "not an id", "编号 1"
    if declared.kind == options.KIND_DATE:
        yield "not a date", "2025-02-30"


def _set(request: Message, path: Path, value: str | bytes) -> None:
    holder = request
    for field in path[:-1]:
        inner = getattr(holder, field.name)
        holder = (inner[0] if len(inner) else inner.add()) if field.is_repeated else inner
    _assign(holder, path[-1], value)


def _is_map(field: AnyField) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry
