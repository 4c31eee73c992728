"""Category: the model that serves beside the usual ones, on the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bench._suggestions.data import FOLDS, Labelled
from services.intake.learning.measuring import Figures, measure
from services.intake.learning.training import train

SUREST = 0.8
Rows = Sequence[Labelled]
# From the rows to learn and the rows to answer: for each of these the classes, the likeliest first, and how sure of the first.
Answer = Callable[[Rows, Rows], tuple[list[list[str]], list[float]]]


@dataclass(frozen=True)
class Result:
    """Figures of one way to answer; `surest` is the accuracy on the surest 80 %."""

    name: str
    figures: Figures
    surest: float
    seconds: float


def results(rows: Rows) -> dict[str, list[Result]]:
    """By question: the fixed fold, the mean of all five, and raw messages after learning segmented ones that are no copies of them."""
    folds = [_asked([r for r in rows if r.fold != fold], [r for r in rows if r.fold == fold]) for fold in range(FOLDS)]
    raw = [row for row in rows if row.raw]
    asked = {row.copy_of for row in raw}
    segmented = [row for row in rows if not row.raw and row.copy_of not in asked]
    return {
        f"fold 0 of {FOLDS}": folds[0],
        f"mean of {FOLDS} folds": [_mean([fold[at] for fold in folds]) for at in range(len(folds[0]))],
        "learnt on labelled_seg, raw messages unseen": _asked(segmented, raw),
    }


def _asked(learnt: Rows, asked: Rows) -> list[Result]:
    return [_result(name, answer, learnt, asked) for name, answer in WAYS.items()]


def _result(name: str, answer: Answer, learnt: Rows, asked: Rows) -> Result:
    began = time.monotonic()
    ranked, sure = answer(learnt, asked)
    seconds = time.monotonic() - began
    labels = [row.label for row in asked]
    surest = np.argsort(-np.array(sure))[: int(SUREST * len(asked))]
    right = sum(ranked[at][0] == labels[at] for at in surest)
    return Result(name, measure(labels, ranked), right / len(surest), seconds)


def _mean(each: Sequence[Result]) -> Result:
    count = len(each)
    figures = Figures(
        sum(one.figures.rows for one in each),
        *(sum(getattr(one.figures, name) for one in each) / count for name in ("accuracy", "macro_f1", "among_three")),
    )
    return Result(each[0].name, figures, sum(one.surest for one in each) / count, sum(one.seconds for one in each) / count)


def _ours(learnt: Rows, asked: Rows) -> tuple[list[list[str]], list[float]]:
    model = train([row.features for row in learnt], [row.label for row in learnt])
    return _ranked(np.array([model.margins(row.features) for row in asked]), model.classes)


def _usual(vectorizer: dict[str, Any], classifier: Any, *, words: bool) -> Answer:
    def answer(learnt: Rows, asked: Rows) -> tuple[list[list[str]], list[float]]:
        pipeline = make_pipeline(TfidfVectorizer(dtype=np.float32, **vectorizer), classifier())
        pipeline.fit([_text(row, words=words) for row in learnt], [row.label for row in learnt])
        return _ranked(pipeline.decision_function([_text(row, words=words) for row in asked]), pipeline.classes_)

    return answer


def _ranked(margins: Any, classes: Sequence[str]) -> tuple[list[list[str]], list[float]]:
    """Classes by margin; sure is how far the first is before the second."""
    order, sorted_ = np.argsort(-margins, axis=1), np.sort(margins, axis=1)
    return [[str(classes[at]) for at in row] for row in order], list(sorted_[:, -1] - sorted_[:, -2])


def _text(row: Labelled, *, words: bool) -> str:
    return " ".join(row.words) if words else "".join(row.words)


_WORDS = {"token_pattern": r"\S+"}
_CHARACTERS = {"analyzer": "char", "ngram_range": (1, 3), "min_df": 2, "sublinear_tf": True}
WAYS: dict[str, Answer] = {
    "words, SGD": _usual(_WORDS, lambda: SGDClassifier(random_state=0), words=True),
    "words, SVM": _usual(_WORDS, LinearSVC, words=True),
    "characters 1-3, SGD": _usual(_CHARACTERS, lambda: SGDClassifier(random_state=0), words=False),
    "characters 1-3, SVM": _usual(_CHARACTERS, LinearSVC, words=False),
    "what serves": _ours,
}
