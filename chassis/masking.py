"""Masks the identity fields of an answer: a person's name keeps its first character, a number its ends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from chassis.declared import field_of

# So many characters keep a person apart from the others even without those in the middle.
LONG_NUMBER = 11
LONG_TEXT = 7
_MASKED = re.compile(r".\*+|.{3}\*{4}(?:.{4})?", re.DOTALL)


def mask(text: str) -> str:
    """138****1234, 张*, 张店区****. Masking twice changes nothing."""
    if not text or _MASKED.fullmatch(text):
        return text
    if text.isascii() and len(text) >= LONG_NUMBER:
        return f"{text[:3]}****{text[-4:]}"
    if not text.isascii() and len(text) >= LONG_TEXT:
        return f"{text[:3]}****"
    return text[0] + "*" * max(1, len(text) - 1)


def mask_identities(message: Message) -> None:
    """Mask every identity field of an answer in place; bytes of one are left out."""
    if not _holds_identity(message.DESCRIPTOR):
        return
    for field, value in message.ListFields():
        declared = field_of(field)
        if declared is not None and declared.identity:
            _mask_field(message, field, value)
        elif field.message_type is not None:
            for item in _messages_in(field, value):
                mask_identities(item)


def _messages_in(field: FieldDescriptor, value: Any) -> Iterable[Message]:
    if _is_map(field):
        return (item for item in value.values() if isinstance(item, Message))
    return value if field.is_repeated else (value,)


def _mask_field(message: Message, field: FieldDescriptor, value: Any) -> None:
    if _is_map(field):
        for key in list(value):
            value[key] = _masked(value[key])
    elif field.is_repeated:
        value[:] = [_masked(item) for item in value]
    else:
        setattr(message, field.name, _masked(value))


def _masked(value: str | bytes) -> str | bytes:
    return mask(value) if isinstance(value, str) else b""


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


@cache
def _holds_identity(descriptor: Descriptor) -> bool:
    return _search(descriptor, frozenset())


def _search(descriptor: Descriptor, above: frozenset[str]) -> bool:
    if descriptor.full_name in above:
        return False
    below = above | {descriptor.full_name}
    return any(
        ((declared := field_of(field)) is not None and declared.identity)
        or (field.message_type is not None and _search(field.message_type, below))
        for field in descriptor.fields
    )
