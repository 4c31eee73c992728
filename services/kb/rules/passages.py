"""Where in an entry the words of a question stand, as runs of text; no markup, so nothing is to be escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.kb.rules.tokens import normal

LENGTH = 80


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


def _marks(text: str, terms: Collection[str]) -> list[bool]:
    """Of each character whether it belongs to a term. Characters whose plain form is longer count as none."""
    plain = normal(text)
    if len(plain) != len(text):
        plain = "".join(map(_plain, text))
    marks = [False] * len(text)
    for term in terms:
        start = plain.find(term)
        while start >= 0:
            marks[start : start + len(term)] = [True] * len(term)
            start = plain.find(term, start + 1)
    return marks


@lru_cache(maxsize=16_384)
def _plain(character: str) -> str:
    return plain if len(plain := normal(character)) == 1 else "\0"


def _densest(marks: list[bool], length: int) -> int:
    if len(marks) <= length:
        return 0
    best = held = sum(marks[:length])
    start = 0
    for end in range(length, len(marks)):
        held += marks[end] - marks[end - length]
        if held > best:
            best, start = held, end - length + 1
    # As much before what was found as behind it.
    before = marks.index(True, start) - start if best else 0
    return min(start + before // 2, max(0, len(marks) - length))


def _runs(text: str, marks: list[bool]) -> Iterator[Run]:
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marks[end] != marks[start]:
            yield Run(text[start:end], marks[start])
            start = end
