"""JSON and messages, by the canonical mapping of protobuf."""

from __future__ import annotations

import json
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.json_format import MessageToJson, ParseDict, ParseError
from google.protobuf.message import Message

from services.gateway.json_api.verbs import REQUEST_ID, Verb
from services.gateway.problems import Problem

# Their JSON is no object: an instant is a string.
GOOGLES = "google.protobuf."
ENCODING = "请求内容须为 UTF-8 编码的 JSON 对象"


def message_of(verb: Verb, body: bytes, request_id: str) -> Message:
    """The request that a body is. Raises Problem for what is none, or says its own request id."""
    said = _parsed(body)
    if verb.writes and any(name in said for name in (REQUEST_ID, "requestId")):
        raise Problem("MALFORMED", "请求编号写在请求头 Idempotency-Key 中，不写在请求内容里", field=REQUEST_ID)
    _check_objects(said, verb.method.input_type, "")
    try:
        request = ParseDict(said, verb.request())
    except (ParseError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Problem("MALFORMED", f"请求内容与接口定义不符（{_shortened(str(error))}）") from None
    if verb.writes:
        request.request_id = request_id  # type: ignore[attr-defined]  # a wall test demands the field
    return request


def text_of(answer: Message) -> str:
    """An answer: every field is there, spelt as in the protos."""
    return MessageToJson(
        answer, always_print_fields_with_no_presence=True, preserving_proto_field_name=True, ensure_ascii=False, indent=None
    )  # fmt: skip


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Problem("MALFORMED", ENCODING) from None
    if not isinstance(said, dict):
        raise Problem("MALFORMED", ENCODING)
    return said


def _check_objects(said: Any, message: Descriptor, path: str) -> None:
    """Raises Problem for a message that is no object: the library takes whatever is empty for one."""
    if not isinstance(said, dict):
        raise Problem("MALFORMED", f"{path or '请求内容'}：应为 JSON 对象", field=path)
    for field in message.fields:
        value = said.get(field.name, said.get(field.json_name))
        if value is None or field.message_type is None or _is_written_otherwise(field.message_type):
            continue
        where = f"{path}.{field.name}" if path else field.name
        if not field.is_repeated:
            _check_objects(value, field.message_type, where)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                _check_objects(item, field.message_type, f"{where}[{number}]")


def _is_written_otherwise(message: Descriptor) -> bool:
    return message.full_name.startswith(GOOGLES) or bool(message.GetOptions().map_entry)


def _refuse(name: str) -> float:
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


def _shortened(text: str) -> str:
    longest = 200
    return text if len(text) <= longest else f"{text[:longest]}…"
