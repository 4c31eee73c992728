"""What the protos declare of their methods, fields, events and commands (hotline.options.v1)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import MessageOptions
from google.protobuf.message import Message

from hotline.options.v1 import options_pb2 as options

PACKAGE = "hotline"
ROLE_NAMES: dict[int, str] = {value.number: value.name for value in options.Role.DESCRIPTOR.values}
NARROW_ROLES = frozenset(value.name for value in options.Role.DESCRIPTOR.values if value.GetOptions().Extensions[options.narrow])


def proto_modules() -> Iterator[ModuleType]:
    """Every module that make gen built from our protos."""
    # Whoever finds it by two ways finds it once.
    for root in dict.fromkeys(Path(root).resolve() for root in import_module(PACKAGE).__path__):
        for file in sorted(root.rglob("*_pb2.py")):
            yield import_module(".".join((PACKAGE, *file.relative_to(root).with_suffix("").parts)))


def access_of(method: MethodDescriptor) -> options.Access:
    """Who may call a method. Raises LookupError for a method that does not say."""
    declared = method.GetOptions()
    if not declared.HasExtension(options.access):
        raise LookupError(f"{method.full_name} declares no access")
    return declared.Extensions[options.access]


def field_of(field: FieldDescriptor) -> options.Field | None:
    """What a string or bytes field demands; None where it does not say."""
    declared = field.GetOptions()
    return declared.Extensions[options.field] if declared.HasExtension(options.field) else None


def is_event(message: type[Message]) -> bool:
    """Whether a message is told over the queue."""
    return bool(message.DESCRIPTOR.GetOptions().HasExtension(options.event))


def listeners_of(event: type[Message]) -> tuple[str, ...]:
    """The services an event concerns. Raises LookupError for a message that is no event."""
    declared = event.DESCRIPTOR.GetOptions()
    if not declared.HasExtension(options.event):
        raise LookupError(f"{event.DESCRIPTOR.full_name} is no event")
    return tuple(declared.Extensions[options.event].listeners)


def command_of(message: MessageOptions) -> options.Command | None:
    """Who receives a command and who may order it, from the options of its message; None for a message that is no command."""
    return message.Extensions[options.command] if message.HasExtension(options.command) else None
