"""What a cell of a table says of a field, whatever its type: an enum its word, an instant local time, a unit its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp

from services.gateway.console.names import Categories, Units
from services.gateway.console.words import NOTHING, moment, value_term

YES, NO = "是", "否"


def value_at(message: Any, path: str) -> Any:
    """The field at a path, `order.number`."""
    for name in path.split("."):
        message = getattr(message, name)
    return message


def cell(message: Any, path: str, units: Units, categories: Categories) -> str:
    """What stands at a path, for people; — where nothing does. Raises KeyError for an enum without words."""
    *above, name = path.split(".")
    for each in above:
        message = getattr(message, each)
    field = message.DESCRIPTOR.fields_by_name[name]
    say = _saying(field, units, categories)
    value = getattr(message, name)
    return ("、".join(map(say, value)) if field.is_repeated else say(value)) or NOTHING


def _saying(field: FieldDescriptor, units: Units, categories: Categories) -> Callable[[Any], str]:
    if field.enum_type is not None:
        return lambda value: value_term(field, value)
    if field.message_type is not None:
        return moment if field.message_type.full_name == Timestamp.DESCRIPTOR.full_name else str
    if field.type == FieldDescriptor.TYPE_BOOL:
        return lambda value: YES if value else NO
    if field.name.rstrip("s").endswith(("unit_id", "district")):
        return lambda value: units.names.get(value, value)
    if field.name in ("category", "categories"):
        return lambda value: categories.paths.get(value, value)
    return str
