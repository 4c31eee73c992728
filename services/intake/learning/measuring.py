"""How good answers are, held against what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SUGGESTED = 3


@dataclass(frozen=True)
class Figures:
    """Shares of 0 to 1. Macro-F1 is the mean over the classes that occur, so that rare ones count."""

    rows: int
    accuracy: float
    macro_f1: float
    among_three: float

    def no_worse_than(self, other: Figures) -> bool:
        """Neither in accuracy nor in macro-F1, on the same rows."""
        return self.accuracy >= other.accuracy and self.macro_f1 >= other.macro_f1


def measure(decided: Sequence[str], ranked: Sequence[Sequence[str]]) -> Figures:
    """Answers, the likeliest first, held against what was decided; an answer may be empty. Raises ValueError for no rows."""
    if not decided:
        raise ValueError("nothing to measure on")
    first = [each[0] if each else "" for each in ranked]
    right = sum(one == other for one, other in zip(decided, first, strict=True))
    among = sum(one in each[:SUGGESTED] for one, each in zip(decided, ranked, strict=True))
    scores = [_f1(name, decided, first) for name in sorted(set(decided))]
    return Figures(len(decided), right / len(decided), sum(scores) / len(scores), among / len(decided))


def _f1(name: str, decided: Sequence[str], answered: Sequence[str]) -> float:
    hit = sum(one == other == name for one, other in zip(decided, answered, strict=True))
    return 2 * hit / (list(decided).count(name) + list(answered).count(name))
