"""Methods by their names, `dispatch.v1.OrderService/GetOrder`: what each is asked with and answers, who may ask, and its form."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis.declared import access_of, field_of, proto_modules
from hotline.options.v1 import options_pb2 as options
from services.gateway.console import words

FILE = Path(__file__).with_name("fields.toml")
# What the page itself knows.
KNOWN = frozenset(
    {
        "request_id", "order_id", "ticket_id", "supervision_id", "finding_id", "appeal_id", "interview_id", "item_id", "mark_id", "version",
        "topic_id", "study_id", "burst_id",
    }
)  # fmt: skip
TIMESTAMP = "google.protobuf.Timestamp"


@dataclass(frozen=True)
class Field:
    """A field of a form. `kind`: text, line, lines, secret, number, flag, date, instant, unit, units, category, or choice, choices."""

    name: str
    kind: str
    label: str
    hint: str
    choices: tuple[tuple[str, str], ...] = ()


@cache
def request_type(method: str) -> type[Message]:
    """What it is asked with. Raises KeyError for a method that no proto has."""
    return GetMessageClass(_found(method).input_type)


@cache
def answer_type(method: str) -> type[Message]:
    """What it answers. Raises KeyError for a method that no proto has."""
    return GetMessageClass(_found(method).output_type)


@cache
def method_of(package: str, verb: str) -> str:
    """The method of a verb: `dispatch.v1` and `request_return` name `dispatch.v1.ReturnService/RequestReturn`. Raises KeyError."""
    name = "".join(word.capitalize() for word in verb.split("_"))
    for service in _services():
        full = str(service.full_name).removeprefix("hotline.")
        if full.startswith(f"{package}.") and name in service.methods_by_name:
            return f"{full}/{name}"
    raise KeyError(verb)


@cache
def roles_of(method: str) -> frozenset[str]:
    """The roles of whom it may be asked."""
    access = access_of(_found(method))
    return frozenset(options.Role.Name(role) for role in access.roles)


@cache
def form_of(method: str) -> tuple[Field, ...]:
    """What a person fills in: the plain fields of its request that the page does not know. Raises KeyError for one without a label."""
    return tuple(_field(method, each) for each in _asked(method) if each.name not in KNOWN and _is_plain(each))


@cache
def long_form_of(method: str, known: frozenset[str]) -> tuple[Field, ...]:
    """As `form_of`, with lists: several of an enum's, lines of text; `known`: what else the page knows. Raises KeyError."""
    return tuple(_field(method, each) for each in _asked(method) if each.name not in KNOWN | known and (_is_plain(each) or _is_list(each)))


@cache
def field_at(method: str, path: str, label: str) -> Field:
    """A field of its request by its path, `filter.state`, with a label of the page's own. Raises KeyError for none."""
    *above, name = path.split(".")
    message: Any = _found(method).input_type
    for each in above:
        message = message.fields_by_name[each].message_type
    return _labelled(message.fields_by_name[name], path, label, "")


@cache
def label_of(method: str, path: str) -> str:
    """What people read for a field of its request, `content.title` or `terms[0].bound`; empty for one without a label."""
    name = re.sub(r"\[\d+\]", "", path).rpartition(".")[2]
    label, _ = _labels().get(method.partition("/")[2], {}).get(name) or _labels()["common"].get(name) or ("", "")
    return label


@cache
def secrets_of(method: str) -> tuple[str, ...]:
    """What of its answer is shown once and never again."""
    declared = [(field.name, field_of(field)) for field in _found(method).output_type.fields]
    return tuple(name for name, said in declared if said and said.kind == options.KIND_SECRET)


@cache
def answer_fields(method: str) -> tuple[tuple[str, str], ...]:
    """What is told of its answer: fields with their words. Raises KeyError for one without a label."""
    answer = _found(method).output_type
    return tuple((field.name, _field(f"/{answer.name}", field).label) for field in answer.fields)


@cache
def is_for_everyone(method: str) -> bool:
    """Whether any role may ask it."""
    return bool(access_of(_found(method)).everyone)


@cache
def writes(method: str) -> bool:
    """Whether it changes anything."""
    return bool(access_of(_found(method)).writes)


def _asked(method: str) -> Sequence[FieldDescriptor]:
    fields: Sequence[FieldDescriptor] = _found(method).input_type.fields
    return fields


def _is_plain(field: FieldDescriptor) -> bool:
    """What one control of a form can hold; what has parts has a page of its own."""
    if field.message_type is not None:
        return field.message_type.full_name == TIMESTAMP
    return not field.is_repeated or field.name.endswith("unit_ids")


def _is_list(field: FieldDescriptor) -> bool:
    return field.is_repeated and field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_ENUM)


def _field(method: str, field: FieldDescriptor) -> Field:
    label, hint = _labels().get(method.partition("/")[2], {}).get(field.name) or _labels()["common"][field.name]
    return _labelled(field, field.name, label, hint)


def _labelled(field: FieldDescriptor, path: str, label: str, hint: str) -> Field:
    if field.enum_type is not None:
        choices = words.choices(field.enum_type.full_name.removeprefix("hotline."))
        return Field(path, "choices" if field.is_repeated else "choice", label, hint, tuple(choices))
    return Field(path, _kind(field), label, hint)


def _kind(field: FieldDescriptor) -> str:
    if field.message_type is not None:
        return "instant"
    if re.fullmatch(r"(\w+_)?unit_ids?|parent_id|successor_id", field.name):
        return "units" if field.is_repeated else "unit"
    if field.name == "category":
        return "category"
    if field.type != FieldDescriptor.TYPE_STRING:
        return "flag" if field.type == FieldDescriptor.TYPE_BOOL else "number"
    if field.is_repeated:
        return "lines"
    declared = field_of(field)
    kinds = {options.KIND_TEXT: "text", options.KIND_DATE: "date", options.KIND_SECRET: "secret"}
    return kinds.get(declared.kind, "line") if declared else "line"


@cache
def _labels() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _found(method: str) -> MethodDescriptor:
    _know_protos()
    service, _, name = method.partition("/")
    found: MethodDescriptor = Default().FindServiceByName(f"hotline.{service}").methods_by_name[name]
    return found


def _services() -> Iterator[ServiceDescriptor]:
    for module in proto_modules():
        yield from module.DESCRIPTOR.services_by_name.values()


@cache
def _know_protos() -> None:
    """The pool finds what was imported."""
    for _ in proto_modules():
        pass
