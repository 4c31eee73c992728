"""How texts and questions are cut into what the index knows: character bigrams, single characters, numbers, initials.

Two characters are the shortest Chinese word and need no dictionary; full and half width are the same (NFKC), so is case.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product

_RUN = re.compile(r"[0-9a-z]+|[\u3400-\u9fff]+")
_HAN = "\u3400"
STOP_WEIGHT, SYNONYM_WEIGHT, TEXT_WEIGHT = 0.35, 0.25, 0.5
# Of a long text so many characters are looked at, and of what it says so many bigrams.
LONGEST_LOOK, MOST_TERMS = 400, 96
LETTERS = (2, 3)
_UNREAD = ("",)


@dataclass(frozen=True)
class Question:
    """What is asked of the index: bigrams with their weights, those that say the same in other words, characters, letters."""

    terms: dict[str, float]
    others: dict[str, float]
    characters: tuple[str, ...]
    letters: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be found by it: blank, signs, emoji."""
        return not (self.terms or self.characters or self.letters)


def normal(text: str) -> str:
    """Full width as half width, capitals as small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def grams(text: str) -> list[str]:
    """Bigrams of Chinese runs; numbers and Latin words whole; a character that stands alone as itself."""
    return [gram for run in _RUN.findall(normal(text)) for gram in _grams(run)]


def characters(text: str) -> list[str]:
    """Every Chinese character."""
    return [character for run in _RUN.findall(normal(text)) if run >= _HAN for character in run]


def letters(text: str) -> list[str]:
    """Pairs and triples of the initials of a name's characters, in every way it may be read: 公积金 → gj, jj, gjj."""
    found: dict[str, None] = {}
    for run in _RUN.findall(normal(text)):
        if run >= _HAN:
            initials = [_initials().get(character, _UNREAD) for character in run]
            for length in LETTERS:
                for start in range(len(run) - length + 1):
                    found.update(dict.fromkeys("".join(way) for way in product(*initials[start : start + length])))
    return list(found)


def ask(query: str) -> Question:
    """A question as it was typed."""
    terms = _weighted(query, 1.0)
    others = {gram: SYNONYM_WEIGHT for word in _other_words(query) for gram in grams(word) if gram not in terms}
    return Question(terms, others, tuple(dict.fromkeys(characters(query))), _typed_letters(query))


def ask_for(title: str, text: str) -> Question:
    """A question that a ticket asks: its title, and the beginning of its text at less weight."""
    terms = {**_weighted(text[:LONGEST_LOOK], TEXT_WEIGHT), **_weighted(title, 1.0)}
    best = sorted(terms, key=terms.__getitem__, reverse=True)[:MOST_TERMS]
    return Question({gram: terms[gram] for gram in best}, {}, ())


def key_of(query: str) -> str:
    """The same for questions that differ in width, case, signs and stop-phrases alone."""
    return "".join(_RUN.findall(_stops().sub(" ", normal(query)))) or "".join(_RUN.findall(normal(query)))


def _grams(run: str) -> Iterable[str]:
    if run < _HAN or len(run) == 1:
        return (run,)
    return (run[start : start + 2] for start in range(len(run) - 1))


def _weighted(text: str, weight: float) -> dict[str, float]:
    """A stop-phrase weighs less; in a text of nothing else it weighs what the rest would."""
    telling = set(grams(_stops().sub(" ", normal(text))))
    return {gram: weight if gram in telling or not telling else weight * STOP_WEIGHT for gram in grams(text)}


def _other_words(query: str) -> Iterator[str]:
    asked = normal(query)
    for group in _synonyms():
        if any(word in asked for word in group):
            yield from (word for word in group if word not in asked)


def _typed_letters(query: str) -> tuple[str, ...]:
    typed = normal(query).strip()
    if not (typed.isascii() and typed.isalpha()) or len(typed) < LETTERS[0]:
        return ()
    length = min(len(typed), LETTERS[-1])
    return tuple(dict.fromkeys(typed[start : start + length] for start in range(len(typed) - length + 1)))


@cache
def _initials() -> dict[str, tuple[str, ...]]:
    """The letters a character's readings begin with, by character."""
    lines = (line.split(" ") for line in _file("initials.txt").splitlines())
    return {character: ways for letters, alike in lines for ways in (tuple(letters),) for character in alike}


@cache
def _synonyms() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in _words("synonyms.toml")["groups"])


@cache
def _stops() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _words("stop_phrases.toml")["phrases"]), key=len, reverse=True)))


def _words(name: str) -> dict[str, list[str]]:
    return tomllib.loads(_file(name))


def _file(name: str) -> str:
    return resources.files("services.kb").joinpath("words", name).read_text(encoding="utf-8")
