"""What changed between two texts of an entry, as runs that stayed, went or came."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from services.kb.rules.entries import Content, changed_fields, flat

_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")


class Change(StrEnum):
    """What became of a run of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Segment:
    """A run of text with what became of it."""

    change: Change
    text: str


@dataclass(frozen=True)
class Difference:
    """A field that differs, by its name in rules.entries.FIELD_TERMS."""

    field: str
    segments: tuple[Segment, ...]


def compare(before: Content, after: Content) -> list[Difference]:
    """The fields that differ, in the order of an entry."""
    old, new = flat(before), flat(after)
    return [Difference(name, segments(old[name], new[name])) for name in changed_fields(before, after)]


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """Sentence by sentence; within sentences that changed, character by character."""
    return tuple(_joined(_aligned(_SENTENCE.findall(before), _SENTENCE.findall(after), fine=False)))


def _aligned(before: list[str], after: list[str], *, fine: bool) -> list[Segment]:
    found: list[Segment] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = "".join(before[i:j]), "".join(after[k:m])
        if kind == "equal":
            found.append(Segment(Change.SAME, old))
        elif kind == "replace" and not fine:
            found += _aligned(list(old), list(new), fine=True)
        else:
            found += [Segment(Change.REMOVED, old), Segment(Change.ADDED, new)]
    return found


def _joined(parts: list[Segment]) -> list[Segment]:
    found: list[Segment] = []
    for part in parts:
        if found and found[-1].change is part.change:
            found[-1] = Segment(part.change, found[-1].text + part.text)
        elif part.text:
            found.append(part)
    return found
