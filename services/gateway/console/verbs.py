"""Methods by their names: `dispatch.v1.OrderService/GetOrder`, and what each is asked with and answers."""

from __future__ import annotations

from functools import cache

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis.declared import proto_modules


@cache
def request_type(method: str) -> type[Message]:
    """What it is asked with. Raises KeyError for a method that no proto has."""
    return GetMessageClass(_found(method).input_type)


@cache
def answer_type(method: str) -> type[Message]:
    """What it answers. Raises KeyError for a method that no proto has."""
    return GetMessageClass(_found(method).output_type)


def _found(method: str) -> MethodDescriptor:
    _know_protos()
    service, _, name = method.partition("/")
    # A descriptor pool has no types for its finders.
    found: MethodDescriptor = Default().FindServiceByName(f"hotline.{service}").methods_by_name[name]
    return found


@cache
def _know_protos() -> None:
    """The pool finds what was imported."""
    for _ in proto_modules():
        pass
