"""Where in an entry the words of a question stand, as runs of text; no markup, so nothing is to be escaped."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.kb.rules.tokens import normal

LENGTH = 80
# What NFKC turns into Chinese characters, digits or letters, but for full width: radicals, circled, raised, compatibility forms.
_RARE = re.compile(
    "[\u00aa-\u00be\u2070-\u218f\u2460-\u24ff\u2e80-\u2fdf\u3200-\u33ff\uf900-\ufaff\U0001d400-\U0001d7ff\U0002f800-\U0002fa1f]"
)
_MARK = re.compile(b"\1")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class Run:
    """A run of text; `hit` where the question's words stand."""

    text: str
    hit: bool


def highlighted(text: str, terms: Collection[str]) -> list[Run]:
    """The text in runs."""
    return list(_runs(text, _marks(text, terms)))


def passage(text: str, terms: Collection[str], length: int = LENGTH) -> list[Run]:
    """The `length` characters in which most of the question stands, in runs; the beginning where none does."""
    marks = _marks(text, terms)
    start = _densest(marks, length)
    return list(_runs(text[start : start + length], marks[start : start + length]))


def _marks(text: str, terms: Collection[str]) -> bytearray:
    """Of each character whether it belongs to a term. Characters whose plain form is longer count as none."""
    marks = bytearray(len(text))
    plain = _plain_text(text, terms)
    for term in terms:
        start = plain.find(term)
        while start >= 0:
            marks[start : start + len(term)] = b"\1" * len(term)
            start = plain.find(term, start + 1)
    return marks


def _plain_text(text: str, terms: Collection[str]) -> str:
    """The text, as long as it was, in the form in which terms stand."""
    if _RARE.search(text):
        plain = normal(text)
        return plain if len(plain) == len(text) else "".join(map(_plain, text))
    # Chinese characters stand as they are, and most questions hold nothing else.
    return text.translate(_FULL_WIDTH).lower() if any(term.isascii() for term in terms) else text


@lru_cache(maxsize=16_384)
def _plain(character: str) -> str:
    return plain if len(plain := normal(character)) == 1 else "\0"


def _densest(marks: bytearray, length: int) -> int:
    """Where the `length` characters begin that hold the most marks, with as much before the first mark as behind the last."""
    hits = [found.start() for found in _MARK.finditer(marks)]
    if len(marks) <= length or not hits:
        return 0
    best = start = end = last = 0
    for first, place in enumerate(hits):
        while last < len(hits) and hits[last] < place + length:
            last += 1
        if last - first > best:
            best, start, end = last - first, place, hits[last - 1]
    return min(max(0, start - (start + length - 1 - end) // 2), len(marks) - length)


def _runs(text: str, marks: bytearray) -> Iterator[Run]:
    start = 0
    while start < len(text):
        end = marks.find(not marks[start], start)
        end = len(text) if end < 0 else end
        yield Run(text[start:end], bool(marks[start]))
        start = end
