"""Messages as JSON Schema: the canonical JSON of protobuf, fields spelt as in the protos, bounds as their fields declare them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from chassis.checking import BOUNDS, MOST_ITEMS
from chassis.declared import field_of
from hotline.options.v1 import options_pb2 as options
from services.gateway.json_api.comments import comments
from services.gateway.json_api.verbs import REQUEST_ID

Schema = dict[str, Any]
ID, DAY = r"^[A-Za-z0-9._:\-]*$", r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
SECONDS = r"^-?[0-9]+(\.[0-9]{1,9})?s$"
# As text: a double, which is what most readers of JSON have for a number, holds 53 bits.
LONG = {"type": "string", "pattern": r"^-?[0-9]{1,20}$"}
NUMBERS: Mapping[int, Schema] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    FieldDescriptor.TYPE_UINT32: {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    FieldDescriptor.TYPE_INT64: LONG,
    FieldDescriptor.TYPE_UINT64: {"type": "string", "pattern": r"^[0-9]{1,19}$"},
}
WELL_KNOWN: Mapping[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": SECONDS, "examples": ["20s"]},
}
ASKED = ".asked"


class Schemas:
    """Collects the schemas of messages, each once as it is answered and, where it is also asked with, once as it is asked."""

    def __init__(self) -> None:
        self.found: dict[str, Schema] = {}

    def answered(self, message: Descriptor) -> Schema:
        """A reference to a message as it is answered: every field is there, and empty where there is nothing."""
        return self._refer(message, "", _answered_texts)

    def asked(self, message: Descriptor) -> Schema:
        """A reference to a message as it may be sent; without the request id, which is a header."""
        return self._refer(message, ASKED, _asked_texts)

    def _refer(self, message: Descriptor, suffix: str, texts: Callable[[FieldDescriptor], Schema]) -> Schema:
        name = message.full_name.removeprefix("hotline.") + suffix
        if name not in self.found:
            self.found[name] = {}
            self.found[name] = self._object(message, suffix, texts)
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, message: Descriptor, suffix: str, texts: Callable[[FieldDescriptor], Schema]) -> Schema:
        fields = [field for field in message.fields if field.name != REQUEST_ID or not suffix or field.number != 1]
        properties = {field.name: _described(field.full_name, self._property(field, suffix, texts)) for field in fields}
        schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        if suffix and (needed := [field.name for field in fields if _is_required(field)]):
            schema["required"] = needed
        return _described(message.full_name, schema)

    def _property(self, field: FieldDescriptor, suffix: str, texts: Callable[[FieldDescriptor], Schema]) -> Schema:
        """Who asks may write null for what is not set."""
        schema = self._field(field, suffix, texts)
        return {"anyOf": [schema, {"type": "null"}]} if suffix and not _is_required(field) else schema

    def _field(self, field: FieldDescriptor, suffix: str, texts: Callable[[FieldDescriptor], Schema]) -> Schema:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            value = field.message_type.fields_by_name["value"]
            return {"type": "object", "additionalProperties": self._value(value, suffix, texts)}
        value_schema = self._value(field, suffix, texts)
        if not field.is_repeated:
            return value_schema
        schema = {"type": "array", "items": value_schema}
        return {**schema, "maxItems": MOST_ITEMS, **({"minItems": 1} if _is_required(field) else {})} if suffix else schema

    def _value(self, field: FieldDescriptor, suffix: str, texts: Callable[[FieldDescriptor], Schema]) -> Schema:
        if field.message_type is not None:
            known = WELL_KNOWN.get(field.message_type.full_name)
            return dict(known) if known else self._refer(field.message_type, suffix, texts)
        if field.enum_type is not None:
            return self._enum(field.enum_type)
        return dict(NUMBERS.get(field.type) or texts(field))

    def _enum(self, enum: EnumDescriptor) -> Schema:
        name = enum.full_name.removeprefix("hotline.")
        if name not in self.found:
            self.found[name] = _described(enum.full_name, {"type": "string", "enum": [value.name for value in enum.values]})
            meant = "；".join(_meanings(enum))
            if meant:
                self.found[name]["description"] = " ".join(filter(None, (self.found[name].get("description", ""), meant)))
        return {"$ref": f"#/components/schemas/{name}"}


def _meanings(enum: EnumDescriptor) -> Iterator[str]:
    for value in enum.values:
        if said := comments().get(f"{enum.full_name}.{value.name}"):
            yield f"{value.name}: {said}"


def _described(name: str, schema: Schema) -> Schema:
    said = comments().get(name)
    return {**schema, "description": said} if said else schema


def _is_required(field: FieldDescriptor) -> bool:
    declared = field_of(field)
    return declared is not None and declared.required


def _answered_texts(field: FieldDescriptor) -> Schema:
    return {"type": "string", "contentEncoding": "base64"} if field.type == FieldDescriptor.TYPE_BYTES else {"type": "string"}


def _asked_texts(field: FieldDescriptor) -> Schema:
    declared = field_of(field) or options.Field()
    most = declared.max or BOUNDS.get(declared.kind, 0)
    if field.type == FieldDescriptor.TYPE_BYTES:
        # Four letters for three bytes.
        return {"type": "string", "contentEncoding": "base64", "maxLength": -(-most // 3) * 4}
    schema: Schema = {"type": "string", "maxLength": most}
    if declared.required:
        schema["minLength"] = 1
    if declared.kind == options.KIND_ID:
        schema["pattern"] = ID
    if declared.kind == options.KIND_DATE:
        schema["pattern"] = DAY
    return schema
