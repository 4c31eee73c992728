"""A linear model over TF-IDF: plain arrays and lists of words, read and written without pickle."""

from __future__ import annotations

import io
import json
import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from services.intake.learning.features import BLOCKS, WORD_BLOCKS, Counts, Features, features_of

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
    """The features a model knows, block by block, each with how rare it is."""

    blocks: tuple[tuple[str, ...], ...]
    rarity: Floats

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each block begins, and where the last ends."""
        return tuple(accumulate((len(block) for block in self.blocks), initial=0))

    @cached_property
    def _places(self) -> tuple[Mapping[str, int], ...]:
        return tuple({term: start + at for at, term in enumerate(block)} for start, block in zip(self.starts, self.blocks, strict=False))

    def weigh(self, features: Features) -> tuple[Indices, Floats]:
        """The known features of a text and their weights; each block as long as it counts."""
        blocks = zip(self._places, features, BLOCKS, strict=True)
        parts = [self._block(places, counts, share) for places, counts, (_, share) in blocks]
        return np.concatenate([at for at, _ in parts]), np.concatenate([weights for _, weights in parts])

    def word_at(self, place: int) -> str:
        """The word at a place; empty where it is a run of characters."""
        block = bisect(self.starts, place) - 1
        return self.blocks[block][place - self.starts[block]] if block in WORD_BLOCKS else ""

    def _block(self, places: Mapping[str, int], counts: Counts, share: float) -> tuple[Indices, Floats]:
        known = [(places[each], 1 + math.log(count)) for each, count in counts.items() if each in places]
        at = np.array([place for place, _ in known], dtype=np.int64)
        weights = np.array([weight for _, weight in known], dtype=np.float32) * self.rarity[at]
        length = float(np.linalg.norm(weights))
        return at, weights * (share / length) if length else weights


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
        known, weights = self.terms.weigh(features_of(text))
        spoken = weights[:, np.newaxis] * self.weights[known].astype(np.float32)
        shares = self.shares(spoken.sum(axis=0) + self.intercepts)
        words = [(at, word) for at, place in enumerate(known) if len(word := self.terms.word_at(int(place))) >= _SHORTEST_WORD]
        order = [at for at in np.argsort(-shares) if allowed is None or self.classes[at] in allowed]
        return [Guess(self.classes[at], float(shares[at]), _strongest(words, spoken[:, at])) for at in order[:most]]

    def shares(self, margins: Floats) -> Floats:
        """Margins as shares that sum to 1."""
        powers = np.exp(self.sharpness * (margins - margins.max()))
        shares: Floats = powers / powers.sum()
        return shares

    def to_bytes(self) -> bytes:
        """As numpy writes arrays, with the names as JSON among them."""
        names = {"classes": self.classes, "blocks": self.terms.blocks, "sharpness": self.sharpness}
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
            terms = Terms(tuple(map(tuple, names["blocks"])), read["rarity"])
            return Model(tuple(names["classes"]), terms, read["weights"], read["intercepts"], names["sharpness"])


def _strongest(words: Sequence[tuple[int, str]], spoken: Floats) -> tuple[str, ...]:
    """Of words and where they stand, those that speak the most, each by all it says in the text and in its opening."""
    total: dict[str, float] = {}
    for at, word in words:
        total[word] = total.get(word, 0.0) + float(spoken[at])
    best = sorted(((weight, word) for word, weight in total.items() if weight > 0), reverse=True)
    return tuple(word for _, word in best[:MOST_WORDS_TOLD])


def best_of(model: Model, features: Sequence[Features]) -> list[list[str]]:
    """The classes of each text, the likeliest first."""
    return [[model.classes[at] for at in np.argsort(-model.margins(each))] for each in features]
