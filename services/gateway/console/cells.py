"""What a cell of a table says of a field, whatever its type: an enum its word, an instant local time, a unit its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp

from services.gateway.console.details import facts
from services.gateway.console.names import Categories, Units
from services.gateway.console.registers import verb_terms
from services.gateway.console.words import NOTHING, cite, codes, enum_of, moment, own_name, value_term

YES, NO = "是", "否"
UNITS = ("unit_id", "parent_id", "successor_id", "district")


def typed_at(message: Any, path: str) -> str:
    """What stands at a path as a control of a form has it: an enum's name, a line for each of a list; empty where nothing does."""
    *above, name = path.split(".")
    for each in above:
        message = getattr(message, each)
    field = message.DESCRIPTOR.fields_by_name.get(name)
    if field is None or field.message_type is not None:
        return ""
    value = getattr(message, name)
    return "\n".join(_typed(field, each) for each in (value if field.is_repeated else [value]))


def cell(message: Any, path: str, units: Units, categories: Categories) -> str:
    """What stands at a path, for people; — where nothing does. Raises KeyError for an enum without words."""
    *above, name = path.split(".")
    for each in above:
        message = getattr(message, each)
    field = message.DESCRIPTOR.fields_by_name[name]
    say = _saying(field, units, categories)
    value = getattr(message, name)
    return ("、".join(map(say, value)) if field.is_repeated else say(value)) or NOTHING


def _typed(field: FieldDescriptor, value: Any) -> str:
    if field.enum_type is not None:
        return own_name(enum_of(field), value) if value else ""
    return str(value) if value else ""


def _saying(field: FieldDescriptor, units: Units, categories: Categories) -> Callable[[Any], str]:
    if field.enum_type is not None:
        return lambda value: value_term(field, value)
    if field.message_type is not None:
        return moment if field.message_type.full_name == Timestamp.DESCRIPTOR.full_name else str
    if field.type == FieldDescriptor.TYPE_BOOL:
        return lambda value: YES if value else NO
    return _of_text(field.name, units, categories)


def _of_text(name: str, units: Units, categories: Categories) -> Callable[[Any], str]:
    """What a text is called: a code, an article, a unit, a category; else itself."""
    if known := codes().get(name.removesuffix("s")):
        return lambda value: known.get(value) or verb_terms().get(value, value)
    if name == "article":
        return cite
    if name == "detail":
        return lambda value: facts(value, units, categories)
    if name.rstrip("s").endswith(UNITS):
        return lambda value: units.names.get(value, value)
    if name in ("category", "categories"):
        return lambda value: categories.paths.get(value, value)
    return str
