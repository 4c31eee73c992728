"""Which verbs there are by JSON: every method that somebody may call in a role of theirs, under the name of its service and its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis.declared import access_of, field_of, proto_modules
from hotline.options.v1 import options_pb2 as options

Name = tuple[str, str]
REQUEST_ID = "request_id"


@dataclass(frozen=True)
class Verb:
    """A method as it is called by JSON: `service` is a word of the proto package, `name` the method's own."""

    service: str
    name: str
    method: MethodDescriptor
    access: options.Access

    @property
    def path(self) -> str:
        """The full name by which gRPC calls it."""
        service = self.method.containing_service
        return f"{service.full_name if service else ''}/{self.name}"

    @property
    def writes(self) -> bool:
        """Whether it changes something, and so takes effect once for each key of idempotency."""
        return bool(self.access.writes)

    @property
    def request(self) -> type[Message]:
        """What it is asked with."""
        return GetMessageClass(self.method.input_type)

    @property
    def answer(self) -> type[Message]:
        """What it answers."""
        return GetMessageClass(self.method.output_type)

    @property
    def takes_files(self) -> bool:
        """Whether a request may hold bytes."""
        return _holds_bytes(self.method.input_type)


@cache
def verbs() -> Mapping[Name, Verb]:
    """Every verb by its service and name. Raises ValueError where two of a service bear one name."""
    found: dict[Name, Verb] = {}
    for verb in _called_by_roles():
        if (verb.service, verb.name) in found:
            raise ValueError(f"{verb.path}: {verb.service} has another {verb.name}")
        found[verb.service, verb.name] = verb
    return found


def _called_by_roles() -> Iterator[Verb]:
    for module in proto_modules():
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                access = access_of(method)
                if access.roles or access.everyone:
                    yield Verb(service.full_name.split(".")[1], method.name, method, access)


def _holds_bytes(message: Descriptor) -> bool:
    return any(
        field.type == FieldDescriptor.TYPE_BYTES and (declared := field_of(field)) is not None and declared.kind == options.KIND_BLOB
        for field in message.fields
    )
