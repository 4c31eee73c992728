"""Plants numbers that name people into every free text on its way to a hotline, each text with numbers of its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from chassis.checking import BOUNDS
from chassis.declared import field_of
from hotline.intake.v1 import content_pb2 as content
from hotline.options.v1 import options_pb2 as options
from simulator.instance import Instance
from tests.journeys.cities import Repeating

M = TypeVar("M", bound=Message)
TEXTS = (options.KIND_LINE, options.KIND_TEXT)
MARK = "甲乙丙丁戊"
"""Names nobody, and stands in every text: where it is found, a text has come."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
KEPT = content.Caller(
    name="欧阳秀菊",
    phone="19988775999",
    other_contact="ouyangxiuju@sealed.example",
    address="演示里弄七号楼四单元",
    id_number="370303197707079994",
)
"""Who calls; `SEALED` is what of that, and of the words an operator marks, must be nowhere but sealed."""
NEIGHBOUR = "钟离大妈"
SEALED = (KEPT.name, KEPT.address, NEIGHBOUR, "ouyangxiuju")
# What all planted numbers of a sort begin with, or end in.
SORTS = ("19988775", "0533-2277", "05332277", "37030319770707", "6222008877", "鲁C7", "@planted.example")


def numbers(place: int) -> tuple[str, ...]:
    """Of a place: mobile, landline, identity card, bank card, plate, e-mail; their check digits are right."""
    return (
        f"19988775{place:03}",
        f"0533-2277{place:03}",
        _identity_card(f"37030319770707{place:03}"),
        _bank_card(f"6222008877{place:05}"),
        f"鲁C7{place:03}Q",
        f"resident{place:03}@planted.example",
    )


def needles() -> Iterator[tuple[str, bytes]]:
    """What to search bytes for: every sort of number and every name, in every spelling."""
    for word in (*SORTS, *SEALED):
        yield from ((word, spelling) for spelling in spellings(word))


def spellings(word: str) -> Iterator[bytes]:
    """As text, as JSON may write it, also JSON in JSON, as base64, and in hexadecimal."""
    plain, escaped = word.encode(), json.dumps(word)[1:-1]
    yield from (plain, escaped.encode(), escaped.replace("\\", r"\\").encode(), plain.hex().encode())
    for shift in range(3):
        # The characters that no neighbour changes, wherever the word stands.
        coded = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
        yield coded[(shift * 8 + 5) // 6 : (shift + len(plain)) * 8 // 6]


@dataclass
class Planted:
    """Where numbers were planted: `reply.measures` and its place."""

    places: dict[str, int] = field(default_factory=dict)

    def plant(self, verb: str, message: Message, path: str = "") -> None:
        """Into every text of a message, but what says who a caller is."""
        for each in message.DESCRIPTOR.fields:
            if room := _room_in(each):
                setattr(message, each.name, self._sown(f"{verb}.{path}{each.name}", getattr(message, each.name), room))
            elif each.message_type is not None and not each.message_type.full_name.startswith("google."):
                for inner in _messages(message, each):
                    self.plant(verb, inner, f"{path}{each.name}.")

    def _sown(self, where: str, text: str, room: int) -> str:
        if MARK in text:
            return text
        place = self.places.setdefault(where, len(self.places) + 1)
        sown = f"{text}{MARK}"
        for number in numbers(place):
            if len(sown) + len(number) < room:
                sown = f"{sown} {number}"
        assert numbers(place)[0] in sown, f"{where} has no room"
        return sown


class Planting(Repeating):
    """A house whose people write numbers into everything."""

    def __init__(self, instance: Instance, planted: Planted) -> None:
        super().__init__(instance.door, instance.credentials)
        self._planted = planted

    def ask(self, method: str, request: Message, answer: type[M], token: str = "") -> M:
        """As Repeating.ask, of intake and dispatch with planted texts."""
        if method.startswith(("hotline.intake.", "hotline.dispatch.")):
            self._planted.plant(method.rpartition("/")[2], request)
        return super().ask(method, request, answer, token)


def texts_of(descriptor: Descriptor, path: str = "") -> Iterator[str]:
    """The paths of all texts of a request that are to be planted."""
    for each in descriptor.fields:
        if _room_in(each):
            yield f"{path}{each.name}"
        elif each.message_type is not None and not each.message_type.full_name.startswith("google."):
            yield from texts_of(each.message_type, f"{path}{each.name}.")


def _room_in(each: Any) -> int:
    """How many characters a free text may have; 0 for whatever is none, and for what says who a caller is."""
    declared = field_of(each)
    if declared is None or declared.kind not in TEXTS or declared.identity or each.is_repeated:
        return 0
    return declared.max or BOUNDS[declared.kind]


def _messages(message: Message, each: Any) -> list[Message]:
    if each.is_repeated:
        return list(getattr(message, each.name))
    return [getattr(message, each.name)] if message.HasField(each.name) else []


def _identity_card(body: str) -> str:
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def _bank_card(body: str) -> str:
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return f"{body}{-sum(each // 10 + each % 10 for each in doubled) % 10}"
