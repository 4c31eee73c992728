"""Search: how often the answer to a question is found, how fast, beside a bare bigram BM25 of the same engine in the same run."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import tantivy

from bench._kb_served import served
from bench._texts import Questions, filler, questions
from services.kb.asking import Narrow
from services.kb.index import EntryIndex, Indexed
from services.kb.rules.entries import Content
from services.kb.rules.tokens import ask, normal

LARGE = 100_000
TOP = 10
CITY = "zibo"
Search = Callable[[str], list[int]]


@dataclass(frozen=True)
class Figures:
    """What was measured: shares of questions, milliseconds, seconds."""

    first: float
    in_ten: float
    p50: float
    p99: float
    build: float

    def __str__(self) -> str:
        return f"R@1 {self.first:.4f}  R@10 {self.in_ten:.4f}  p50 {self.p50:6.2f} ms  p99 {self.p99:6.2f} ms  build {self.build:6.1f} s"


class BareBigrams:
    """The baseline: BM25 over the bigrams of a text without its spaces, and nothing else."""

    def __init__(self, texts: Iterable[str]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("number", stored=True)
        builder.add_text_field("text", tokenizer_name="spaces", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = self._index.writer(16_000_000, 1)
        for number, text in enumerate(texts):
            writer.add_document(tantivy.Document(number=number, text=" ".join(_bigrams(text))))
        writer.commit()
        self._index.reload()

    def search(self, query: str) -> list[int]:
        """The numbers of the ten best."""
        terms = [tantivy.Query.term_query(self._schema, "text", each, "freq") for each in dict.fromkeys(_bigrams(query))]
        searcher = self._index.searcher()
        wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return [searcher.doc(address)["number"][0] for _, address in searcher.search(wanted, TOP, count=False).hits]


class Ours:
    """The product's own index."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._index = EntryIndex()
        given = list(texts)
        self._index.fill((Indexed(str(number), CITY, content(text)) for number, text in enumerate(given)), len(given))

    def search(self, query: str) -> list[int]:
        """The numbers of the ten best."""
        return [int(found) for found in self._index.search(ask(query), Narrow((CITY,), valid_on="2025-01-06"), TOP)]


def content(text: str) -> Content:
    """An entry that says a text and has no title: a reply has none, and the question's own would give it away."""
    return Content("", "unit", "2026-01-01", public_words=text, citywide=True)


def measure(make: Callable[[list[str]], BareBigrams | Ours], texts: list[str], asked: list[str]) -> Figures:
    """Build over the texts, of which the first answer the questions in their order, and ask them all."""
    started = time.perf_counter()
    index = make(texts)
    build = time.perf_counter() - started
    first = in_ten = 0
    spans = []
    for number, query in enumerate(asked):
        started = time.perf_counter()
        found = index.search(query)
        spans.append((time.perf_counter() - started) * 1000)
        first += found[:1] == [number]
        in_ten += number in found
    return Figures(first / len(asked), in_ten / len(asked), percentile(spans, 50), percentile(spans, 99), build)


def percentile(spans: list[float], percent: int) -> float:
    """The span that so many in a hundred do not exceed."""
    return sorted(spans)[min(len(spans) - 1, len(spans) * percent // 100)]


def compare(given: Questions, size: int, folder: Path) -> bool:
    """Print both at a size; answers whether ours finds no less."""
    texts = [*given.answers, *filler(folder, size - len(given.answers), given.answers)] if size > len(given.answers) else given.answers
    bare, ours = measure(BareBigrams, texts, given.asked), measure(Ours, texts, given.asked)
    print(f"{given.name}, {len(given.asked)} questions among {len(texts)} texts")
    print(f"  bare bigram BM25  {bare}")
    print(f"  knowledge base    {ours}")
    print(f"  ratio             R@1 {ours.first / bare.first:.3f}  R@10 {ours.in_ten / bare.in_ten:.3f}", flush=True)
    return ours.first >= bare.first and ours.in_ten >= bare.in_ten


def main(arguments: list[str]) -> int:
    """Measure all; exit code 1 where ours finds less than the baseline, or answers too slowly."""
    parser = argparse.ArgumentParser(prog="python -m bench kb")
    parser.add_argument("--data", type=Path, required=True, help="the folder with qa2816.jsonl.gz and ncp_qa.jsonl.gz")
    parser.add_argument("--size", type=int, default=LARGE, help="texts in the large index")
    parser.add_argument("--callers", type=int, default=8, help="who ask at once through gRPC")
    options = parser.parse_args(arguments)
    both = (questions(options.data, "qa2816", "title", "reply"), questions(options.data, "ncp_qa", "q", "a"))
    good = [compare(given, size, options.data) for given in both for size in (0, options.size)]
    replies = both[0]
    texts = [*replies.answers, *filler(options.data, options.size - len(replies.answers), replies.answers)]
    in_time = served([content(text) for text in texts], replies.asked, options.callers)
    return 0 if all(good) and in_time else 1


def _bigrams(text: str) -> list[str]:
    plain = "".join(normal(text).split())
    return [plain[start : start + 2] for start in range(len(plain) - 1)]
