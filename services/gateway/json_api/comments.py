"""What the protos say in words: make gen keeps their comments beside the modules it builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2 as described

SOURCES = "sources.binpb"
File = described.FileDescriptorProto
Path_ = tuple[int, ...]


@cache
def comments() -> Mapping[str, str]:
    """The comment of every method, message, field and value, by its full name."""
    folder = Path(next(iter(import_module("hotline").__path__)))
    files = described.FileDescriptorSet.FromString((folder / SOURCES).read_bytes()).file
    return {name: text for file in files for name, text in _said(file)}


def _said(file: described.FileDescriptorProto) -> Iterator[tuple[str, str]]:
    names = dict(_names(file))
    for place in file.source_code_info.location:
        text = " ".join(f"{place.leading_comments} {place.trailing_comments}".split())
        if text and tuple(place.path) in names:
            yield names[tuple(place.path)], text


def _names(file: described.FileDescriptorProto) -> Iterator[tuple[Path_, str]]:
    """Where each thing stands in its file, by the numbers of descriptor.proto's fields."""
    for number, service in enumerate(file.service):
        at: Path_ = (File.SERVICE_FIELD_NUMBER, number)
        for each, method in enumerate(service.method):
            yield (*at, described.ServiceDescriptorProto.METHOD_FIELD_NUMBER, each), f"{file.package}.{service.name}.{method.name}"
    for number, message in enumerate(file.message_type):
        yield from _within(message, (File.MESSAGE_TYPE_FIELD_NUMBER, number), file.package)
    for number, enum in enumerate(file.enum_type):
        yield from _values(enum, (File.ENUM_TYPE_FIELD_NUMBER, number), file.package)


def _within(message: described.DescriptorProto, at: Path_, above: str) -> Iterator[tuple[Path_, str]]:
    name, kind = f"{above}.{message.name}", described.DescriptorProto
    yield at, name
    yield from (((*at, kind.FIELD_FIELD_NUMBER, each), f"{name}.{field.name}") for each, field in enumerate(message.field))
    for each, nested in enumerate(message.nested_type):
        yield from _within(nested, (*at, kind.NESTED_TYPE_FIELD_NUMBER, each), name)
    for each, enum in enumerate(message.enum_type):
        yield from _values(enum, (*at, kind.ENUM_TYPE_FIELD_NUMBER, each), name)


def _values(enum: described.EnumDescriptorProto, at: Path_, above: str) -> Iterator[tuple[Path_, str]]:
    name: Any = f"{above}.{enum.name}"
    yield at, name
    values = described.EnumDescriptorProto.VALUE_FIELD_NUMBER
    yield from (((*at, values, each), f"{name}.{value.name}") for each, value in enumerate(enum.value))
