"""A linear model over TF-IDF: plain arrays and lists of words, read and written without pickle."""

from __future__ import annotations

import io
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.intake.learning.features import Features, features_of

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
MOST_WORDS_TOLD = 3
_SHORTEST_WORD = 2


@dataclass(frozen=True)
class Guess:
    """A class with its share of all confidence, 0 to 1, and the words that speak for it, the strongest first."""

    name: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """The features a model knows, words before runs of characters, each with how rare it is."""

    words: tuple[str, ...]
    characters: tuple[str, ...]
    rarity: Floats

    @cached_property
    def _places(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        words = {word: at for at, word in enumerate(self.words)}
        return words, {run: at + len(words) for at, run in enumerate(self.characters)}

    def weigh(self, features: Features) -> tuple[Indices, Floats]:
        """The known features of a text and their weights; words and characters each of length 1."""
        both = zip(self._places, (features.words, features.characters), strict=True)
        parts = [self._block(places, counts) for places, counts in both]
        return np.concatenate([at for at, _ in parts]), np.concatenate([weights for _, weights in parts])

    def _block(self, places: Mapping[str, int], counts: Counter[str]) -> tuple[Indices, Floats]:
        known = [(places[each], 1 + math.log(count)) for each, count in counts.items() if each in places]
        at = np.array([place for place, _ in known], dtype=np.int64)
        weights = np.array([weight for _, weight in known], dtype=np.float32) * self.rarity[at]
        length = float(np.linalg.norm(weights))
        return at, weights / length if length else weights


@dataclass(frozen=True)
class Model:
    """Weights of shape (features, classes); `sharpness` makes of margins what a softmax takes."""

    classes: tuple[str, ...]
    terms: Terms
    weights: NDArray[np.float16]
    intercepts: Floats
    sharpness: float

    def margins(self, features: Features) -> Floats:
        """One a class; the highest is the likeliest."""
        at, weights = self.terms.weigh(features)
        found: Floats = weights @ self.weights[at].astype(np.float32) + self.intercepts
        return found

    def guess(self, text: str, most: int, allowed: frozenset[str] | None = None) -> list[Guess]:
        """The likeliest classes, of those allowed, for a masked text."""
        features = features_of(text)
        shares = self.shares(self.margins(features))
        order = [at for at in np.argsort(-shares) if allowed is None or self.classes[at] in allowed]
        return [Guess(self.classes[at], float(shares[at]), self._words_for(features, int(at))) for at in order[:most]]

    def shares(self, margins: Floats) -> Floats:
        """Margins as shares that sum to 1."""
        powers = np.exp(self.sharpness * (margins - margins.max()))
        shares: Floats = powers / powers.sum()
        return shares

    def to_bytes(self) -> bytes:
        """As numpy writes arrays, with the names as JSON among them."""
        names = {"classes": self.classes, "words": self.terms.words, "characters": self.terms.characters, "sharpness": self.sharpness}
        written = io.BytesIO()
        encoded = np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), dtype=np.uint8)
        np.savez_compressed(
            written, names=encoded, rarity=self.terms.rarity, weights=self.weights, intercepts=self.intercepts, allow_pickle=False
        )
        return written.getvalue()

    @staticmethod
    def from_bytes(content: bytes) -> Model:
        """What `to_bytes` wrote. Raises ValueError for anything else."""
        with np.load(io.BytesIO(content), allow_pickle=False) as read:
            names = json.loads(read["names"].tobytes())
            terms = Terms(tuple(names["words"]), tuple(names["characters"]), read["rarity"])
            return Model(tuple(names["classes"]), terms, read["weights"], read["intercepts"], names["sharpness"])

    def _words_for(self, features: Features, at: int) -> tuple[str, ...]:
        known, weights = self.terms.weigh(features)
        is_word = known < len(self.terms.words)
        known, weights = known[is_word], weights[is_word] * self.weights[known[is_word], at].astype(np.float32)
        best = [(self.terms.words[known[each]], weights[each]) for each in np.argsort(-weights)]
        return tuple(word for word, weight in best if weight > 0 and len(word) >= _SHORTEST_WORD)[:MOST_WORDS_TOLD]


def best_of(model: Model, features: Sequence[Features]) -> list[list[str]]:
    """The classes of each text, the likeliest first."""
    return [[model.classes[at] for at in np.argsort(-model.margins(each))] for each in features]
