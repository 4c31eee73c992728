"""Masks the identity fields of an answer: a person's name keeps its first character, a number its ends."""

from __future__ import annotations

from functools import cache

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from chassis.declared import field_of

SHORT = 7


def mask(text: str) -> str:
    """138****1234, 张*, 张店区****. Masking twice changes nothing."""
    if "*" in text or not text:
        return text
    if len(text) < SHORT:
        return text[0] + "*" * (len(text) - 1 or 1)
    return f"{text[:3]}****{text[-4:]}" if text.isascii() else f"{text[:3]}****"


def mask_identities(message: Message) -> None:
    """Mask every identity field of an answer in place."""
    if not _holds_identity(message.DESCRIPTOR):
        return
    for field, value in message.ListFields():
        declared = field_of(field)
        if declared is not None and declared.identity:
            if field.is_repeated:
                value[:] = [mask(item) for item in value]
            else:
                setattr(message, field.name, mask(value))
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for item in value if field.is_repeated else (value,):
                mask_identities(item)


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
