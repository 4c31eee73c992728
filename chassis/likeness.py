"""What of a text speaks when texts are compared: its pairs and triples of characters, weighed by how rare each is among them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from operator import add

# What follows says little more, and costs as much.
MOST_CHARACTERS = 200
NOT_SAID = re.compile(r"〔[^〕]*〕|[^\w]|_")
Grams = Counter[str]


def grams_of(text: str) -> Grams:
    """Pairs and triples of its first 200 characters. Placeholders and punctuation say nothing."""
    said = NOT_SAID.sub("", text)[:MOST_CHARACTERS]
    grams = Counter(map(add, said, said[1:]))
    grams.update(map(add, map(add, said, said[1:]), said[2:]))
    return grams


def rarity_of(compared: Iterable[Grams]) -> dict[str, float]:
    """Of each that occurs, 1 where it is in all texts, more the fewer have it."""
    texts = list(compared)
    spread = Counter(chain.from_iterable(texts))
    return {gram: math.log((1 + len(texts)) / (1 + count)) + 1 for gram, count in spread.items()}


def weighed(grams: Grams, rarity: Mapping[str, float]) -> dict[str, float]:
    """Once is once; more often counts ever less."""
    return {gram: rarity[gram] if count == 1 else (1 + math.log(count)) * rarity[gram] for gram, count in grams.items()}
