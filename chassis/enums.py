"""An enum of the protos on one side, the words that stores and rules use on the other."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import EnumDescriptor


def number_of(enum: EnumDescriptor, word: str) -> Any:
    """CHANNEL_PHONE for "phone"; unspecified for an empty word."""
    unspecified: str = enum.values_by_number[0].name
    prefix = unspecified.removesuffix("UNSPECIFIED")
    return enum.values_by_name[prefix + word.upper()].number if word else 0


def word_of(enum: EnumDescriptor, number: int) -> str:
    """The word for CHANNEL_PHONE is "phone"; for unspecified, none."""
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return str(enum.values_by_number[number].name).removeprefix(prefix).lower() if number else ""
