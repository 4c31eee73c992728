"""What of a text speaks: its words, and its single characters, pairs and triples of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import rjieba

_SIZES = (1, 2, 3)
# What follows says little more, and costs as much.
MOST_CHARACTERS = 2000
_NOT_SAID = re.compile(r"〔[^〕]*〕|[^\w]|_")


@dataclass(frozen=True)
class Features:
    """How often each word and each run of characters stands in a text."""

    words: Counter[str]
    characters: Counter[str]


def features_of(text: str) -> Features:
    """Of a masked text. Placeholders and punctuation say nothing."""
    said = _NOT_SAID.sub(" ", text[:MOST_CHARACTERS].lower())
    return features_of_words([word for word in rjieba.cut(said) if not word.isspace()])


def features_of_words(words: list[str]) -> Features:
    """Of a text that is words already."""
    joined = "".join(words)
    characters = Counter(joined[at : at + size] for size in _SIZES for at in range(len(joined) - size + 1))
    return Features(Counter(words), characters)
