"""Every event and command of ours is read as the protobuf library reads it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.bus.payload import read
from chassis.bus.routes import consumers_by_type, orders_of, receivers_of
from chassis.settings import service_names
from hotline.dispatch.v1.events_pb2 import OrderChanged

TEXTS = ("", "路灯", "a b", '引号"与\n换行')


def _told() -> list[str]:
    events = {name for service in service_names() for name in consumers_by_type(service)}
    commands = {name for service in service_names() for receiver in receivers_of(service) for name in orders_of(service, receiver)}
    return sorted(events | commands)


def _filled(kind: Descriptor, chance: random.Random) -> Message:
    message = GetMessageClass(kind)()
    for field in kind.fields:
        if chance.random() < 0.7:
            _fill(message, field, chance)
    return message


def _fill(message: Message, field: FieldDescriptor, chance: random.Random) -> None:
    values = [_value(field, chance) for _ in range(chance.randint(0, 3) if field.is_repeated else 1)]
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        getattr(message, field.name).update({text: text for text in chance.sample(TEXTS, 2)})
    elif field.is_repeated:
        getattr(message, field.name).extend(values)
    elif field.message_type is not None:
        getattr(message, field.name).CopyFrom(values[0])
    else:
        setattr(message, field.name, values[0])


def _value(field: FieldDescriptor, chance: random.Random) -> Any:
    if field.message_type is not None and field.message_type.full_name == "google.protobuf.Timestamp":
        stamp = Timestamp()
        stamp.FromDatetime(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**12)))
        return stamp
    if field.message_type is not None:
        return _filled(field.message_type, chance)
    if field.enum_type is not None:
        return chance.choice(field.enum_type.values).number
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return chance.choice(TEXTS) if field.type == FieldDescriptor.TYPE_STRING else bytes([chance.randrange(256)])
    return chance.random() < 0.5 if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL else chance.choice((0, 1, 2**31 - 1))


@pytest.mark.parametrize("name", _told())
def test_it_reads_as_the_library_does(name: str) -> None:
    chance = random.Random(name)
    descriptor = descriptor_pool.Default().FindMessageTypeByName(name)
    kind = GetMessageClass(descriptor)
    for _ in range(50):
        message = _filled(descriptor, chance)
        fields = MessageToDict(message, preserving_proto_field_name=chance.random() < 0.2)
        assert read(kind, fields) == message == ParseDict(fields, kind())


def test_what_is_not_known_is_passed_over() -> None:
    fields = {
        "new": {"a": 1},
        "verb": None,
        "order": {"orderId": "甲", "state": "ORDER_STATE_NEW", "version": "7"},
        "closing": "CLOSING_NEW",
    }
    assert read(OrderChanged, fields) == ParseDict(fields, OrderChanged(), ignore_unknown_fields=True)


@pytest.mark.parametrize("fields", [{"order": "neither"}, {"order": {"version": "words"}}, {"order": [1]}, {"verb": 7}, {"at": "soon"}])
def test_what_no_message_is_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises((AttributeError, TypeError, ValueError)):
        read(OrderChanged, fields)


def test_what_it_does_not_say_is_the_librarys() -> None:
    assert read(Struct, {"a": {"b": [1.5]}}) == ParseDict({"a": {"b": [1.5]}}, Struct())
