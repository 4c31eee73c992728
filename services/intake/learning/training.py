"""Trains a model: TF-IDF of words and runs of characters, and averaged stochastic gradients on the hinge loss.

What it was tried against stands in docs/decisions. scikit-learn is of the job alone; what comes out are plain arrays.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from services.intake.learning.features import BLOCKS, Features
from services.intake.learning.model import Floats, Model, Terms

# Weights of 2 bytes: at most 16 MB of them in a process that serves.
MOST_WEIGHTS = 8_000_000
MOST_FEATURES = 250_000
_SEEN_IN = 2
_SHARPNESSES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
_STEP = 1e-4
_SEED = 0


def train(features: Sequence[Features], classes: Sequence[str]) -> Model:
    """A model of these texts and their classes, of which there are two at least; the same rows give the same model."""
    names = sorted(set(classes))
    terms = terms_of(features, min(MOST_FEATURES, MOST_WEIGHTS // len(names)))
    matrix = matrix_of(terms, features)
    fitted = SGDClassifier(loss="hinge", alpha=_STEP, average=True, random_state=_SEED).fit(matrix, list(classes))
    weights, intercepts = fitted.coef_, fitted.intercept_
    if len(names) == 2:  # noqa: PLR2004 - one line parts two classes
        weights, intercepts = np.vstack([-weights, weights]), np.concatenate([-intercepts, intercepts])
    return Model(tuple(names), terms, weights.T.astype(np.float16), intercepts.astype(np.float32), sharpness=1.0)


def sharpen(model: Model, features: Sequence[Features], classes: Sequence[str]) -> Model:
    """The model with the sharpness by which its shares are likest to what was decided in rows it has not seen."""
    at = {name: place for place, name in enumerate(model.classes)}
    known = [(model.margins(each), at[name]) for each, name in zip(features, classes, strict=True) if name in at]
    tried = [Model(model.classes, model.terms, model.weights, model.intercepts, each) for each in _SHARPNESSES]
    return max(tried, key=lambda each: sum(math.log(max(float(each.shares(margins)[place]), 1e-9)) for margins, place in known))


def terms_of(features: Sequence[Features], most: int) -> Terms:
    """What occurs in two texts at least, and of that the most frequent; each block has the room its size asks for."""
    spreads = [Counter(each for text in features for each in text[block]) for block in range(len(BLOCKS))]
    whole = max(sum(map(len, spreads)), 1)
    kept = [_frequent(spread, most * len(spread) // whole) for spread in spreads]
    seen_in = np.array([count for counts in kept for count in counts.values()], dtype=np.float32)
    rarity: Floats = (np.log((1 + len(features)) / (1 + seen_in)) + 1).astype(np.float32)
    return Terms(tuple(tuple(counts) for counts in kept), rarity)


def matrix_of(terms: Terms, features: Sequence[Features]) -> csr_matrix:
    """A row a text, a column a feature."""
    rows = [terms.weigh(each) for each in features]
    starts = np.cumsum([0, *(len(at) for at, _ in rows)])
    columns = np.concatenate([at for at, _ in rows])
    values = np.concatenate([weights for _, weights in rows])
    return csr_matrix((values, columns, starts), shape=(len(rows), len(terms.rarity)))


def _frequent(counts: Counter[str], most: int) -> dict[str, int]:
    return {each: count for each, count in counts.most_common(most) if count >= _SEEN_IN}
