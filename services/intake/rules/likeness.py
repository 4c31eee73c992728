"""How like two texts are: the cosine of their pairs and triples of characters, weighed by how rare each is among the others."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from operator import add

# Percent. From the first on a text is perhaps a repeat, from the second on perhaps of the same event: see docs/decisions.
REPEAT = 80
SAME = 15
# What follows says little more, and costs as much.
MOST_CHARACTERS = 200
_NOT_SAID = re.compile(r"〔[^〕]*〕|[^\w]|_")
_SHORTEST_RUN, _LONGEST_RUN = 3, 12
MOST_RUNS = 3
Grams = Counter[str]


def likeness(text: str, others: Sequence[str]) -> list[int]:
    """How like each of the others is, in percent. Placeholders and punctuation say nothing."""
    asked = _grams(text)
    found = [_grams(other) for other in others]
    spread = Counter(chain(asked, *found))
    rarity = {gram: math.log((2 + len(found)) / (1 + count)) + 1 for gram, count in spread.items()}
    vector, length = _weighed(asked, rarity)
    return [_cosine(vector, length, grams, rarity) for grams in found]


def shared_runs(text: str, other: str) -> list[str]:
    """The longest runs of characters that both texts have, for a person to see why they are alike."""
    said, there = (_NOT_SAID.sub(" ", each)[:MOST_CHARACTERS] for each in (text, other))
    found: dict[str, None] = {}
    at = 0
    while at < len(said):
        length = max((size for size in range(_SHORTEST_RUN, _LONGEST_RUN + 1) if _runs(said[at : at + size], size, there)), default=0)
        if length:
            found[said[at : at + length]] = None
        at += max(length, 1)
    return sorted(found, key=len, reverse=True)[:MOST_RUNS]


def _runs(run: str, size: int, there: str) -> bool:
    return len(run) == size and " " not in run and run in there


def _grams(text: str) -> Grams:
    said = _NOT_SAID.sub("", text)[:MOST_CHARACTERS]
    grams = Counter(map(add, said, said[1:]))
    grams.update(map(add, map(add, said, said[1:]), said[2:]))
    return grams


def _weighed(grams: Grams, rarity: dict[str, float]) -> tuple[dict[str, float], float]:
    vector = {gram: rarity[gram] if count == 1 else (1 + math.log(count)) * rarity[gram] for gram, count in grams.items()}
    return vector, math.hypot(*vector.values())


def _cosine(vector: dict[str, float], length: float, grams: Grams, rarity: dict[str, float]) -> int:
    other, other_length = _weighed(grams, rarity)
    if not length or not other_length:
        return 0
    shared = sum(vector[gram] * other[gram] for gram in vector.keys() & other.keys())
    return min(100, round(100 * shared / (length * other_length)))
