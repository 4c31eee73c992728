"""Questions with their answers, and filler to hide them in. The data is not the project's: a folder of it is named."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SENTENCE = re.compile(r"[^。！？；\n]{6,}[。！？；]")
# Other texts of the folder, by the field that holds them.
OTHERS = {"hot4326": "text", "labelled_raw": "text", "test2801_unlabelled": "text", "fz12345": "reply"}
SENTENCES = (3, 12)
SEED = 12345


@dataclass(frozen=True)
class Questions:
    """Questions, each with its answer."""

    name: str
    asked: list[str]
    answers: list[str]


def questions(folder: Path, name: str, asked: str, answer: str) -> Questions:
    """Those of a file; what has no answer is left out."""
    rows = [row for row in rows_of(folder, name) if row.get(answer)]
    return Questions(name, [row[asked] for row in rows], [row[answer] for row in rows])


def rows_of(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def filler(folder: Path, count: int, known: list[str]) -> list[str]:
    """So many texts: the other texts of the folder, then those made of their sentences, the same at every run."""
    others = [str(row[field]) for name, field in OTHERS.items() for row in rows_of(folder, name) if row.get(field)]
    made = generated([*others, *known], SEED)
    return [*others[:count], *(next(made) for _ in range(count - len(others)))]


def generated(texts: list[str], seed: int) -> Iterator[str]:
    """Texts without end, each of some sentences of others."""
    sentences = sorted({sentence for text in texts for sentence in _SENTENCE.findall(text)})
    chance = random.Random(seed)
    while True:
        yield "".join(chance.choices(sentences, k=chance.randint(*SENTENCES)))
