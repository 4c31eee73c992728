"""The verbs of intake and dispatch, by their name in the journal: `request_return` is ReturnService.RequestReturn."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis.declared import access_of, proto_modules
from simulator.people import Person

SERVICES = ("intake", "dispatch")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@cache
def verbs() -> dict[str, MethodDescriptor]:
    """Every RPC of these services, reading ones too."""
    services = (service for module in proto_modules() for service in module.DESCRIPTOR.services_by_name.values())
    ours = (service for service in services if service.full_name.split(".")[1] in SERVICES)
    return {_CAPITAL.sub("_", method.name).lower(): method for service in ours for method in service.methods}


def writes(verb: str) -> bool:
    """Whether a verb changes something."""
    return access_of(verbs()[verb]).writes


def request_of(verb: str, said: dict[str, Any]) -> Message:
    """A verb's request."""
    request: Message = GetMessageClass(verbs()[verb].input_type)()
    fill(request, said)
    return request


def fill(message: Message, said: dict[str, Any]) -> None:
    """Sets fields: instants as datetime, days as date, an enum's value without the enum's name."""
    for name, value in said.items():
        _set(message, name, value)


def ask(by: Person, verb: str, request: Message) -> Any:
    """What a verb answers. Raises grpc.RpcError for a refusal."""
    method = verbs()[verb]
    name = f"{method.containing_service.full_name.removeprefix('hotline.')}/{method.name}"
    return by.ask(name, request, GetMessageClass(method.output_type))


def name_of(enum: Any, number: int) -> str:
    """A value's name without the enum's own: YELLOW."""
    prefix = enum.DESCRIPTOR.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return str(enum.Name(number)).removeprefix(prefix)


def _set(request: Message, name: str, value: Any) -> None:
    field = request.DESCRIPTOR.fields_by_name[name]
    if isinstance(value, datetime):
        getattr(request, name).FromDatetime(value.astimezone(UTC))
    elif isinstance(value, date):
        setattr(request, name, value.isoformat())
    elif isinstance(value, list):
        getattr(request, name).extend(value)
    elif isinstance(value, Message):
        getattr(request, name).CopyFrom(value)
    elif field.enum_type is not None:
        prefix = field.enum_type.values_by_number[0].name.removesuffix("UNSPECIFIED")
        setattr(request, name, field.enum_type.values_by_name[prefix + value].number)
    else:
        setattr(request, name, value)
