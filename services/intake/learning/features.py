"""What of a text speaks: its words and its runs of characters, and once more those of its opening, which says the matter shortest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import rjieba

Counts = Counter[str]
Features = tuple[Counts, ...]
"""One for each of BLOCKS."""

# What each counts beside the others: words, runs of characters, and the same of the opening.
BLOCKS = (("words", 0.7), ("characters", 1.0), ("opening_words", 0.5), ("opening_characters", 0.5))
WORD_BLOCKS = (0, 2)
_SIZES = (1, 2, 3)
_OPENING_WORDS, _OPENING_CHARACTERS = 14, 24
# What follows says little more, and costs as much.
MOST_CHARACTERS = 2000
_NOT_SAID = re.compile(r"〔[^〕]*〕|[^\w]|_")


def features_of(text: str) -> Features:
    """Of a masked text, its title first. Placeholders and punctuation say nothing."""
    said = _NOT_SAID.sub(" ", text[:MOST_CHARACTERS].lower())
    return features_of_words([word for word in rjieba.cut(said) if not word.isspace()])


def features_of_words(words: Sequence[str]) -> Features:
    """Of a text that is words already."""
    joined = "".join(words)
    return Counter(words), _runs(joined), Counter(words[:_OPENING_WORDS]), _runs(joined[:_OPENING_CHARACTERS])


def _runs(text: str) -> Counts:
    return Counter(text[at : at + size] for size in _SIZES for at in range(len(text) - size + 1))
