"""How like two texts are: the cosine of their pairs and triples of characters, weighed by how rare each is among the others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from chassis.likeness import MOST_CHARACTERS, NOT_SAID, Grams, grams_of, rarity_of, weighed

# Percent. From the first on a text is perhaps a repeat, from the second on perhaps of the same event: see docs/decisions.
REPEAT = 80
SAME = 15
_SHORTEST_RUN, _LONGEST_RUN = 3, 12
MOST_RUNS = 3


def likeness(text: str, others: Sequence[str]) -> list[int]:
    """How like each of the others is, in percent. Placeholders and punctuation say nothing."""
    asked, *found = (grams_of(each) for each in (text, *others))
    rarity = rarity_of((asked, *found))
    vector = weighed(asked, rarity)
    length = math.hypot(*vector.values())
    return [_cosine(vector, length, grams, rarity) for grams in found]


def shared_runs(text: str, other: str) -> list[str]:
    """The longest runs of characters that both texts have, for a person to see why they are alike."""
    said, there = (NOT_SAID.sub(" ", each)[:MOST_CHARACTERS] for each in (text, other))
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


def _cosine(vector: dict[str, float], length: float, grams: Grams, rarity: Mapping[str, float]) -> int:
    other = weighed(grams, rarity)
    other_length = math.hypot(*other.values())
    if not length or not other_length:
        return 0
    shared = sum(vector[gram] * other[gram] for gram in vector.keys() & other.keys())
    return min(100, round(100 * shared / (length * other_length)))
