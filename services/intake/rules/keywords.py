"""Categories by the keywords of the tree, before there is a model, and as what a model must not be worse than."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.rules.categories import LEVELS, Category, parent_of

# Of a parent's word, and of a pair of characters of a name, beside a word of the category's own.
_PARENTS, _PAIRS = 0.5, 0.2
_PAIR = 2
MOST_WORDS = 3


@dataclass(frozen=True)
class Hit:
    """A third-level category with its weight and the text's words that speak for it."""

    category: Category
    weight: float
    words: tuple[str, ...]


def hits(text: str, tree: Sequence[Category]) -> list[Hit]:
    """The third-level categories that something in a masked text speaks for, the weightiest first."""
    terms = {each.code: _terms(each) for each in tree}
    spread = Counter(term for own in terms.values() for term in own)
    said = {code: [(term, len(term) / spread[term]) for term in own if term in text] for code, own in terms.items()}
    found = [_hit(text, each, said) for each in tree if each.level == LEVELS]
    return sorted((each for each in found if each.weight > 0), key=lambda each: (-each.weight, each.category.code))


def _hit(text: str, category: Category, said: dict[str, list[tuple[str, float]]]) -> Hit:
    own, above = said[category.code], said.get(parent_of(category.code), [])
    pairs = {category.name[at : at + _PAIR] for at in range(len(category.name) - 1)}
    echoed = sum(pair in text for pair in pairs) / max(len(pairs), 1)
    weight = sum(each for _, each in own) + _PARENTS * sum(each for _, each in above) + (_PAIRS * echoed if own or above else 0)
    words = dict.fromkeys(term for term, _ in sorted((*own, *above), key=lambda each: -each[1]))
    return Hit(category, weight, tuple(words)[:MOST_WORDS])


def _terms(category: Category) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*category.keywords, category.name)))
