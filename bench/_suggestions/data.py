"""Citizens' messages from the data folder: labelled ones, with near copies together, and those of known events."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from services.intake.learning.features import Features, features_of, features_of_words

FOLDS = 5
# Two texts this like are one message told twice: the same fold, or a test would ask what was learnt.
COPY = 0.6
_SLICE = 500


@dataclass(frozen=True)
class Labelled:
    """A message with its label. `copy_of` numbers its near copies alike; `fold` follows from a fixed hash of the first of them."""

    text: str
    words: tuple[str, ...]
    label: str
    raw: bool
    features: Features
    copy_of: int = 0
    fold: int = 0


@dataclass(frozen=True)
class Called:
    """A message of a time, and the event it is known to be of, if any."""

    title: str
    text: str
    at: datetime
    event: str = ""


def labelled(folder: Path) -> list[Labelled]:
    """labelled_seg, which is words already, and labelled_raw."""
    found = [_segmented(row) for row in _rows(folder, "labelled_seg")] + [_raw(row) for row in _rows(folder, "labelled_raw")]
    copies = _copies([" ".join(word for word in each.words if len(word) > 1) for each in found])
    folds = {copy: int(hashlib.sha256(found[copy].text.encode()).hexdigest()[:8], 16) % FOLDS for copy in set(copies)}
    return [
        Labelled(each.text, each.words, each.label, each.raw, each.features, copy, folds[copy])
        for each, copy in zip(found, copies, strict=True)
    ]


def called(folder: Path) -> list[Called]:
    """hot4326, in the order of time."""
    found = [Called(row["title"], row["text"].strip(), _instant(row["time"]), row["event"] or "") for row in _rows(folder, "hot4326")]
    return sorted(found, key=lambda each: each.at)


def _segmented(row: dict[str, Any]) -> Labelled:
    words = tuple(row["tok"].split())
    return Labelled("".join(words), words, row["label"], raw=False, features=features_of_words(words))


def _raw(row: dict[str, Any]) -> Labelled:
    text = f"{row['title']}\n{row['text']}"
    features = features_of(text)
    return Labelled(text, tuple(features[0].elements()), row["label"], raw=True, features=features)


def _copies(texts: Sequence[str]) -> list[int]:
    """For each text the first that it is, through others or not, a near copy of.

    By their longer words: nearly all of labelled_raw is in labelled_seg too, where short words were left out.
    """
    matrix = TfidfVectorizer(analyzer=str.split, sublinear_tf=True, dtype=np.float32).fit_transform(texts)
    first = list(range(len(texts)))

    def root(at: int) -> int:
        while first[at] != at:
            at = first[at]
        return at

    for start in range(0, len(texts), _SLICE):
        alike = (matrix[start : start + _SLICE] @ matrix.T).tocoo()
        near = alike.data >= COPY
        for one, other in zip(alike.row[near] + start, alike.col[near], strict=True):
            ends = sorted((root(int(one)), root(int(other))))
            first[ends[1]] = ends[0]
    return [root(at) for at in range(len(texts))]


def _instant(text: str) -> datetime:
    return datetime.strptime(text.replace("-", "/").split(".")[0], "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007 - only spans between them matter


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
