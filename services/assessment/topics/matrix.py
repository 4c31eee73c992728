"""Texts as rows of unit length, so that the product of two is how like they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from scipy import sparse

from chassis.likeness import Grams, grams_of, rarity_of, weighed

Matrix = Any
"""A sparse matrix of float32, a text a row."""

_SLICE = 1000


def matrix_of(titles: Sequence[str], texts: Sequence[str]) -> Matrix:
    """Half of the likeness is of titles, which say the matter shortest, half of all that was said."""
    wholes = [f"{title}\n{text}" for title, text in zip(titles, texts, strict=True)]
    halves = [_rows([grams_of(each) for each in said]) for said in (titles, wholes)]
    return sparse.hstack(halves, format="csr") * np.float32(np.sqrt(0.5))


def neighbours(matrix: Matrix, likeness: float) -> Iterator[int]:
    """For each text how many others are so like, from 0 to 1."""
    for start in range(0, matrix.shape[0], _SLICE):
        alike = (matrix[start : start + _SLICE] @ matrix.T).tocsr()
        alike.data = alike.data >= likeness
        counts = np.asarray(alike.sum(axis=1)).ravel().astype(int)
        own = np.asarray(matrix[start : start + _SLICE].getnnz(axis=1)) > 0
        yield from (int(count) for count in counts - own)


def _rows(compared: Sequence[Grams]) -> Matrix:
    rarity = rarity_of(compared)
    # What a single text has makes it like no other, and every text less like all.
    spread = Counter(chain.from_iterable(compared))
    columns = {gram: at for at, gram in enumerate(each for each, count in spread.items() if count > 1)}
    starts: list[int] = [0]
    places: list[int] = []
    weights: list[float] = []
    for grams in compared:
        vector = weighed(Counter({gram: count for gram, count in grams.items() if gram in columns}), rarity)
        places.extend(columns[gram] for gram in vector)
        weights.extend(vector.values())
        starts.append(len(places))
    matrix = sparse.csr_matrix((np.array(weights, np.float32), places, starts), shape=(len(compared), len(columns)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1))).ravel()
    return sparse.diags(1 / np.where(lengths, lengths, 1), dtype=np.float32) @ matrix
